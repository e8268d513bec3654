"""Lets every path reach a function, also one with an encoded line break.

The platform's extension routes with ``/{path:path}``. Starlette's pattern for it does not match line breaks:
a path with one would get a bare 404, without a request id.
"""

from starlette.convertors import PathConvertor, register_url_convertor


class AnyPathConvertor(PathConvertor):
    """Matches every text."""

    regex = r"[\s\S]*"


def register_any_path() -> None:
    """Replaces Starlette's convertor ``path``, before the platform builds its route."""
    register_url_convertor("path", AnyPathConvertor())

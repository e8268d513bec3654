"""The errors that the server answers with."""

from typing import Any, Final

NAMES: Final = {
    2: "BadValue",
    9: "FailedToParse",
    13: "Unauthorized",
    14: "TypeMismatch",
    20: "IllegalOperation",
    26: "NamespaceNotFound",
    27: "IndexNotFound",
    43: "CursorNotFound",
    48: "NamespaceExists",
    59: "CommandNotFound",
    66: "ImmutableField",
    72: "InvalidOptions",
    85: "IndexOptionsConflict",
    86: "IndexKeySpecsConflict",
    115: "CommandNotSupported",
    121: "DocumentValidationFailure",
    238: "NotImplemented",
    10334: "BSONObjectTooLarge",
    11000: "DuplicateKey",
}
"""Names of error codes, from the list that MongoDB publishes (error_codes.yml)."""


class ServerError(Exception):
    """An error reply.

    Args:
        code: MongoDB's error code.
        message: The text of the reply.
        extra: Further fields of the reply.
    """

    def __init__(self, code: int, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.code = code
        self.extra = extra

    def reply(self) -> dict[str, Any]:
        """Returns the error as a command's reply."""
        name = NAMES.get(self.code, "UnknownError")
        return {"ok": 0.0, "errmsg": str(self), "code": self.code, "codeName": name, **self.extra}

    def write_error(self, index: int) -> dict[str, Any]:
        """Returns the error as an entry of ``writeErrors``."""
        return {"index": index, "code": self.code, "errmsg": str(self), **self.extra}

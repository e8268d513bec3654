"""Commands that a reachable Redis refuses: which refusals concern the whole server, and their cause."""

from typing import Final

from redis.exceptions import ResponseError

_CLUSTER: Final = "cluster mode is not supported, use clusteringPolicy NoCluster"
_CAUSES: Final = {
    "MOVED": _CLUSTER,
    "ASK": _CLUSTER,
    "CROSSSLOT": _CLUSTER,
    "CLUSTERDOWN": _CLUSTER,
    "TRYAGAIN": _CLUSTER,
    "NOPERM": "the user lacks the permission for a command or a key",
    "READONLY": "the server is a read-only replica",
    "OOM": "the memory is full (maxmemory)",
    "MISCONF": "the server cannot persist its data and refuses writes",
    "NOREPLICAS": "the server has too few replicas and refuses writes",
    "MASTERDOWN": "the server is a replica that has lost its primary",
    "BUSY": "the server is running a script",
}
_BY_CLASS: Final = {
    "MovedError": "MOVED",
    "AskError": "ASK",
    "ClusterCrossSlotError": "CROSSSLOT",
    "ClusterDownError": "CLUSTERDOWN",
    "MasterDownError": "MASTERDOWN",
    "TryAgainError": "TRYAGAIN",
    "NoPermissionError": "NOPERM",
    "ReadOnlyError": "READONLY",
    "OutOfMemoryError": "OOM",
}
"""The client library removes the code from the message of these classes."""


def refusal_cause(error: ResponseError) -> str | None:
    """Returns why the server refuses commands, such as ``READONLY: the server is a read-only replica``.

    Returns:
        The cause, safe to show; None for an error that concerns one command only, such as a wrong type.
    """
    code = _BY_CLASS.get(type(error).__name__) or str(error).partition(" ")[0]
    cause = _CAUSES.get(code)
    return f"{code}: {cause}" if cause else None


def first_refusal(replies: object) -> ResponseError | None:
    """Returns the first error among the replies of a pipeline that concerns the whole server, else None."""
    if not isinstance(replies, list):
        return None
    errors = (reply for reply in replies if isinstance(reply, ResponseError))
    return next((error for error in errors if refusal_cause(error)), None)

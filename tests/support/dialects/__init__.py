"""How servers of the chat completions protocol deviate from OpenAI's, one small answer each.

The rows are small inputs of our own, modelled on recordings and on what servers document or are known for.
A row holds the bytes that a server sends and what a client must make of them.
"""

from typing import Final

from tests.support.dialects.account_errors import ACCOUNT_ERRORS
from tests.support.dialects.chunks import CHUNKS, FRAMING, USAGES
from tests.support.dialects.endings import ENDS, ERRORS_IN_STREAM, REASONING
from tests.support.dialects.error_responses import COMMON_ERRORS, REJECTIONS
from tests.support.dialects.hosted_forms import HOSTED_FORMS
from tests.support.dialects.local_forms import LOCAL_FORMS
from tests.support.dialects.maker_forms import MAKER_FORMS
from tests.support.dialects.openai_forms import OPENAI_FORMS
from tests.support.dialects.parts import TOOLS, Dialect, ErrorResponse
from tests.support.dialects.router_forms import ROUTER_FORMS
from tests.support.dialects.seldom_errors import SELDOM_ERRORS
from tests.support.dialects.seldom_forms import SELDOM_FORMS
from tests.support.dialects.servers import SERVERS
from tests.support.dialects.tool_calls import TOOL_CALLS
from tests.support.dialects.unmarked_calls import UNMARKED_CALLS
from tests.support.dialects.vllm_forms import OLLAMA_FORMS
from tests.support.dialects.written_calls import (
    CUSTOM_CALLS,
    DONE_FORMS,
    OTHER_NAMES,
    TURN_MARKS,
    WRITTEN_CALLS,
)

FULL_STREAMS: Final = (
    *OPENAI_FORMS,
    *OLLAMA_FORMS,
    *LOCAL_FORMS,
    *ROUTER_FORMS,
    *HOSTED_FORMS,
    *MAKER_FORMS,
)
"""Whole streams in the forms of particular servers."""

DIALECTS: Final = (
    *FRAMING,
    *CHUNKS,
    *USAGES,
    *TOOL_CALLS,
    *REASONING,
    *ENDS,
    *ERRORS_IN_STREAM,
    *SERVERS,
    *FULL_STREAMS,
    *WRITTEN_CALLS,
    *UNMARKED_CALLS,
    *TURN_MARKS,
    *OTHER_NAMES,
    *CUSTOM_CALLS,
    *DONE_FORMS,
    *SELDOM_FORMS,
)
"""Every dialect."""

ERROR_RESPONSES: Final = (*COMMON_ERRORS, *ACCOUNT_ERRORS, *SELDOM_ERRORS)
"""Every error response."""

__all__ = ["DIALECTS", "ERROR_RESPONSES", "REJECTIONS", "TOOLS", "Dialect", "ErrorResponse"]

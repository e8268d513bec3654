"""The chat completions protocol of OpenAI, as the many servers that offer it really speak it.

The openai library sends requests (sign-in, TLS, timeouts). It does not read the answers: it fails at the
first chunk that deviates from OpenAI's, and it builds an object for every chunk, which takes twenty times as
long as reading the JSON. The server-sent events are read here.
"""

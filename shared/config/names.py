"""The names that settings may have; a light module, because it is imported at a cold start."""

from typing import Literal

Environment = Literal["local", "k8s-local", "staging", "production"]
SourceName = Literal["yahoo", "tiingo", "alpha_vantage", "sec_edgar", "ecb", "sample"]
ModelProviderName = Literal["openai", "azure_openai", "grok", "offline"]

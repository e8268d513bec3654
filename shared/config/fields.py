"""The fields of the settings, flat: what the loader fills from variables and the documentation lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.config.settings import Env, Settings


@dataclass(frozen=True)
class SettingField:
    """One setting that a variable can set.

    Attributes:
        path: Where it is in the YAML files (``("redis", "port")``).
        env: The variable.
        is_list: Whether the variable's value is a list, separated by commas.
        description: What it is for; empty where the name says it.
    """

    path: tuple[str, ...]
    env: Env
    is_list: bool
    description: str

    @property
    def key(self) -> str:
        """The path as people write it: ``redis.port``."""
        return ".".join(self.path)


def setting_fields(section: type[BaseModel] = Settings, path: tuple[str, ...] = ()) -> Iterator[SettingField]:
    """All settings that a variable can set, in the order of the declaration."""
    for name, info in section.model_fields.items():
        here = (*path, name)
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from setting_fields(info.annotation, here)
        elif (env := _env_of(info)) is not None:
            yield SettingField(here, env, get_origin(info.annotation) is tuple, info.description or "")


def _env_of(info: FieldInfo) -> Env | None:
    return next((mark for mark in info.metadata if isinstance(mark, Env)), None)

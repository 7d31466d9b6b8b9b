"""How a setting is declared: a dataclass field that also knows its variable, its meaning and its check."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


@dataclasses.dataclass(frozen=True)
class Variable:
    """One environment variable."""

    name: str
    meaning: str
    read: Callable[[str], Any]
    default: str | None
    secret: bool
    field: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names it may be set by; a secret may lie in a file, which keeps it out of process listings."""
        return (self.name, f"{self.name}_FILE") if self.secret else (self.name,)

    def text_in(self, environ: Mapping[str, str]) -> str | None:
        """Return what is set, or the default. An empty value counts as not set."""
        text = environ.get(self.name) or None
        file = environ.get(f"{self.name}_FILE") if self.secret else None
        if text and file:
            message = f"is set twice, also by {self.name}_FILE"
            raise ValueError(message)
        if file:
            text = Path(file).read_text(encoding="utf-8").strip()
        return text or self.default

    def is_default(self, environ: Mapping[str, str]) -> bool:
        """Tell whether nothing but the default is there, also when someone has copied it out."""
        return self.text_in(environ) == self.default


def setting(
    name: str,
    meaning: str,
    *,
    read: Callable[[str], Any] = str,
    default: str | None = None,
    secret: bool = False,
) -> Any:
    """Declare a field of the environment; `default` is written as the variable's text would be."""
    return dataclasses.field(metadata={"variable": Variable(name, meaning, read, default, secret)})


def variables_of(environment: type[Any]) -> tuple[Variable, ...]:
    """Return the variables behind a class of settings, in order."""
    return tuple(
        dataclasses.replace(field.metadata["variable"], field=field.name) for field in dataclasses.fields(environment)
    )

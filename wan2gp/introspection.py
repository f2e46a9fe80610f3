"""What a Wan2GP shows of itself: which names its namespace has, which parameters its functions take.

Nothing is called here; signatures and the constants of compiled functions are read.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import CodeType
from typing import Any, cast

from .definitions import mapping

_VARIABLE = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


def parameters(function: Callable[..., object]) -> tuple[str, ...]:
    """Return the names of a function's parameters, without the object it is bound to."""
    plain = getattr(function, "__func__", function)
    code = getattr(plain, "__code__", None)
    special = hasattr(plain, "__wrapped__") or hasattr(plain, "__signature__")
    if not isinstance(code, CodeType) or code.co_flags & _VARIABLE or special:
        return tuple(inspect.signature(function).parameters)
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return names if plain is function else names[1:]


def takes_any(function: Callable[..., object]) -> bool:
    """Return whether a function takes any number of arguments."""
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    return inspect.Parameter.VAR_POSITIONAL in kinds


class Introspection:
    """A namespace, looked at for what tells how this Wan2GP works."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._parameters: dict[str, tuple[str, ...] | None] = {}

    def has(self, function: str) -> bool:
        """Return whether the namespace has a function of this name."""
        return callable(self._names.get(function))

    def has_value(self, name: str) -> bool:
        """Return whether the namespace has anything of this name."""
        return self._names.get(name) is not None

    def parameters_of(self, function: str) -> tuple[str, ...] | None:
        """Return the parameters of a function of the namespace; None where it is not there or does not tell."""
        if function not in self._parameters:
            value = self._names.get(function)
            try:
                self._parameters[function] = parameters(value) if callable(value) else None
            except (TypeError, ValueError):
                self._parameters[function] = None
        return self._parameters[function]

    @cached_property
    def handlers(self) -> tuple[object, ...]:
        """The family handlers, each once."""
        by_architecture = mapping(self._names.get("model_types_handlers"))
        return tuple(
            {id(handler): handler for handler in by_architecture.values() if handler is not None}.values()
        )

    def handlers_with(self, method: str) -> bool:
        """Return whether any handler has a method of this name."""
        return any(callable(getattr(handler, method, None)) for handler in self.handlers)

    def handlers_take(self, method: str) -> frozenset[tuple[str, ...]]:
        """Return the different parameter lists that a method has among the handlers."""
        signatures: set[tuple[str, ...]] = set()
        for handler in self.handlers:
            function = getattr(handler, method, None)
            if callable(function):
                try:
                    signatures.add(parameters(function))
                except (TypeError, ValueError):
                    continue
        return frozenset(signatures)

    @property
    def families(self) -> frozenset[str]:
        """The ids of the families of models."""
        return frozenset(mapping(self._names.get("families_infos")))

    def locator_has(self, function: str) -> bool:
        """Return whether the module that locates files has a function of this name."""
        return callable(getattr(self._names.get("fl"), function, None))

    @cached_property
    def locator_tells(self) -> bool:
        """Whether the locator shows its functions at all; every Wan2GP's own has these two."""
        return self.locator_has("locate_file") or self.locator_has("get_download_location")

    @cached_property
    def fetching_code(self) -> Written | None:
        """What Wan2GP's own fetching function is made of; None where it cannot be seen."""
        code = getattr(self._names.get("download_models"), "__code__", None)
        if not isinstance(code, CodeType) or "query_model_files" not in code.co_names:
            return None  # absent, or something that only stands for it
        beside = getattr(self._names.get("download_mmaudio"), "__code__", None)
        return Written(self._names, *(part for part in (code, beside) if isinstance(part, CodeType)))


class Written:
    """The names and texts that are written in compiled functions.

    Attributes:
        names: Globals and attributes that they use.
        texts: Their texts, and those of the globals that they use.
    """

    def __init__(self, names: Mapping[str, Any], *codes: CodeType) -> None:
        constants = [constant for code in codes for constant in _constants(code)]
        compiled = [*codes, *(constant for constant in constants if isinstance(constant, CodeType))]
        self.names = frozenset(name for code in compiled for name in code.co_names)
        # globals alone: Wan2GP leaves some behind with names that are attributes elsewhere, such as `path`
        used = [names.get(name) for code in compiled for name in _globals(code)]
        self.texts = frozenset(text for text in (*constants, *used) if isinstance(text, str))


def _globals(code: CodeType) -> Iterator[str]:
    """Yield the names that a function takes from its module, not from objects."""
    return (step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL")


def _constants(code: CodeType) -> Iterator[object]:
    pending: list[object] = list(code.co_consts)
    while pending:
        constant = pending.pop()
        if isinstance(constant, (tuple, frozenset)):
            pending += cast("tuple[object, ...]", constant)
        else:
            yield constant
            if isinstance(constant, CodeType):
                pending += constant.co_consts

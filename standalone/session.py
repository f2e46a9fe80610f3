"""Stands for the API session that Wan2GP gives to a tab's constructor if it takes a positional parameter."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NoReturn


class SessionStandIn:
    """Refuses what the real one does: nothing can be generated here."""

    def submit_task(self, settings: dict[str, Any]) -> NoReturn:
        """Refuse a generation.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(
            f"This page stands in for Wan2GP and generates nothing: {settings.get('model_type')}."
        )


def takes_session(constructor: Callable[..., object]) -> bool:
    """Tell whether a constructor has a positional parameter, which the host fills with a session."""
    positional = {
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.VAR_POSITIONAL,
    }
    return any(
        parameter.kind in positional for parameter in inspect.signature(constructor).parameters.values()
    )

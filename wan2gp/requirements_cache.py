"""The requirements of all models, kept while nothing that they follow from has changed."""

from __future__ import annotations

import marshal
import os
from typing import TYPE_CHECKING

from .required_files import FilePool, Requirements
from .requirements import requirements

if TYPE_CHECKING:
    from .snapshot import HostSnapshot


class RequirementsCache:
    """Keeps the requirements of all models while definitions and settings stay the same.

    A refresh then costs the look at the disk alone. Definitions are compared by content, since the host changes
    some of them in place; models with a problem are asked again each time, since the cause may be fixed elsewhere.
    """

    def __init__(self) -> None:
        self._key: object = None
        self._pool = FilePool()
        self._kept: tuple[Requirements, ...] = ()

    def of_all(self, host: HostSnapshot) -> tuple[Requirements, ...]:
        """Return the requirements of every model of the host."""
        key = _content(host)
        if key is None or key != self._key:
            self._key, self._pool = key, FilePool()
            needs = [requirements(host, model_type, pool=self._pool) for model_type in host.definitions]
        else:
            needs = [
                requirements(host, kept.model_type, pool=self._pool) if kept.problems else kept
                for kept in self._kept
            ]
        self._kept = tuple(needs)
        return self._kept


def _content(host: HostSnapshot) -> tuple[object, ...] | None:
    """Return what the requirements follow from, for comparison; None where it cannot be compared."""
    plain = (
        dict(host.definitions),
        dict(host.server_config),
        [dict(shared_set) for shared_set in host.shared_sets],
        *host.form_sources,
    )
    try:
        functions = (host.capabilities, host.identity, os.getcwd())
        return host.settings, host.lora_root, host.uncertainties, functions, marshal.dumps(plain, 2)
    except BaseException:  # noqa: BLE001 - no plain data, or a host function that fails, with SystemExit too
        return None

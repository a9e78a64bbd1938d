"""Which groups of a provider have which roles here: a small TOML file.

all_customers = ["Sales leads"]     # groups that see all customers; may be left out

[claims]
groups = "groups"                   # the claim with the groups
reps = "rep_names"                  # the claim with the reps whose customers are theirs; may be left out

[roles]
"Sales" = ["rep"]
"IT" = ["admin", "data"]
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.access.identity import ROLES
from dashboard.settings import SettingsError

_VARIABLE = "REPERTOIRE_OIDC_MAPPING"


@dataclass(frozen=True)
class RoleMapping:
    """Roles by group, the groups that see all customers, and the claims that hold groups and reps ("" for none)."""

    roles: Mapping[str, tuple[str, ...]]
    all_customers: frozenset[str]
    groups_claim: str
    reps_claim: str

    def groups_in(self, claims: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the groups that a provider names."""
        return texts(claims.get(self.groups_claim))

    def roles_in(self, claims: Mapping[str, Any]) -> frozenset[str]:
        """Return the roles that these groups give."""
        return frozenset(role for group in self.groups_in(claims) for role in self.roles.get(group, ()))

    def reps_in(self, claims: Mapping[str, Any]) -> frozenset[str] | None:
        """Return whose customers are theirs; None where no claim says so."""
        return frozenset(texts(claims.get(self.reps_claim))) if self.reps_claim else None

    def sees_all(self, claims: Mapping[str, Any]) -> bool:
        """Return whether one of the groups sees all customers."""
        return not self.all_customers.isdisjoint(self.groups_in(claims))


def texts(value: Any) -> tuple[str, ...]:
    """Return a claim's texts: a list of them, or a single one; nothing for anything else."""
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def read_mapping(file: Path) -> RoleMapping:
    """Return what a file says. Raises SettingsError for one that cannot be read or says something that is no role."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{_VARIABLE} names {file}, which cannot be read as TOML ({error}); mend it") from error
    claims, roles = content.pop("claims", {}), content.pop("roles", {})
    all_customers = content.pop("all_customers", [])
    if content or not isinstance(claims, dict) or not isinstance(roles, dict) or set(claims) - {"groups", "reps"}:
        raise SettingsError(
            f"{file} may have all_customers, [claims] with groups and reps, and [roles]; "
            f"it has {', '.join(sorted(content)) or 'others in them'}"
        )
    for group, given in roles.items():
        wrong = [role for role in texts(given) if role not in ROLES] if texts(given) else ["nothing"]
        if wrong:
            raise SettingsError(f"{file} gives the group {group!r} the role {wrong[0]!r}; there are {', '.join(ROLES)}")
    return RoleMapping(
        roles={group: texts(given) for group, given in roles.items()},
        all_customers=frozenset(texts(all_customers)),
        groups_claim=str(claims.get("groups", "groups")),
        reps_claim=str(claims.get("reps", "")),
    )

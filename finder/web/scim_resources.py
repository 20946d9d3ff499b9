"""SCIM's users and groups, read from requests and written into answers; what of them the service goes by; what it says of itself."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    Context,
    EnterpriseUser,
    ETag,
    Filter,
    Group,
    GroupMembership,
    Meta,
    Patch,
    Reference,
    Resource,
    ResourceType,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    User,
)

from finder.provisioning import Entry, Facts
from models.errors import InvalidQuery
from models.provisioning import GROUP, USER, declared

MOST_RESULTS = 500  # of one page
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
MODELS: Mapping[str, type[Resource[Any]]] = {USER: User[EnterpriseUser], GROUP: Group}
PATHS = {USER: "/Users", GROUP: "/Groups"}
# Identity providers in wide use send more than the standard knows, and remove members by value.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


@cache
def provider() -> ScimProvider:
    """Return the description of the service."""
    return ScimProvider(
        models=[User, EnterpriseUser, Group],
        resource_types=[ResourceType.from_resource(model) for model in MODELS.values()],
        config=ServiceProviderConfig(
            patch=Patch(supported=True),
            bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
            filter=Filter(supported=True, max_results=MOST_RESULTS),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=True),
            etag=ETag(supported=True),
            authentication_schemes=[
                AuthenticationScheme(
                    type=AuthenticationScheme.Type.oauthbearertoken,
                    name="API key",
                    description="An API key of scope `ingest` as bearer token",
                    primary=True,
                )
            ],
        ),
        policy=POLICY,
    )


def resource(kind: str, entry: Entry, base: str) -> Resource[Any]:
    """Return what is kept of a user or group as SCIM shows it. `base` is the address of the service's SCIM."""
    found = MODELS[kind].model_validate(json.loads(entry.content), scim_policy=POLICY)
    found.id = entry.id
    found.meta = Meta(
        resource_type=kind,
        created=entry.created,
        last_modified=entry.modified,
        location=f"{base}{PATHS[kind]}/{entry.id}",
        version=version(entry),
    )
    return found


def version(entry: Entry) -> str:
    """Return the entity tag of what is kept."""
    return f'W/"{entry.revision}"'


def facts(found: Resource[Any]) -> Facts:
    """Return what there is to keep of a user or group: no password, and of a user no groups, as those say it themselves.

    Raises InvalidQuery for text that cannot be stored.
    """
    content = found.model_dump_json(exclude={"meta", "id", "password", "groups"}, scim_ctx=Context.DEFAULT)
    if "\\u0000" in content:
        raise InvalidQuery("A value holds a NUL character.", "Leave it out.")
    if isinstance(found, Group):
        members = frozenset(member.value for member in found.members or [] if member.value)
        return Facts(content, None, found.display_name, found.external_id, members=members)
    assert isinstance(found, User)
    emails = [email.value for email in found.emails or [] if email.value]
    keys = tuple(declared(emails, found.external_id))
    return Facts(content, found.user_name, found.display_name, found.external_id, keys, found.active is not False)


def members(entry: Entry) -> frozenset[str]:
    """Return the ids of the members that a kept group names."""
    return frozenset(member["value"] for member in json.loads(entry.content).get("members") or [] if member.get("value"))


def belong(users: Iterable[Resource[Any]], groups: Iterable[Entry], base: str) -> None:
    """Let users say which groups name them as a member: what of them is theirs to read and the groups' to change."""
    held: dict[str, list[GroupMembership]] = defaultdict(list)
    for group in groups:
        named, where = json.loads(group.content).get("displayName"), f"{base}{PATHS[GROUP]}/{group.id}"
        for member in members(group):
            held[member].append(GroupMembership(value=group.id, ref=Reference(where), display=named, type="direct"))
    for user in users:
        assert isinstance(user, User)
        user.groups = held.get(str(user.id)) or None


def error(status: int, detail: str | None, scim_type: str | None) -> dict[str, object]:
    """Return an error as SCIM writes it."""
    body = {"schemas": [ERROR], "status": str(status), "scimType": scim_type, "detail": detail}
    return {name: value for name, value in body.items() if value is not None}

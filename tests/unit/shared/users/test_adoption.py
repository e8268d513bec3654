"""Items of earlier keys are adopted once per worker, and later if the database is unavailable."""

from collections.abc import Sequence

from shared.domain.caller import Identity, Owner
from shared.errors.service_errors import DependencyUnavailableError
from shared.users.adoption import Adoption

IDENTITY = Identity(Owner("new"), (Owner("old"),))


class FakeItems:
    """Notes the items to adopt."""

    def __init__(self) -> None:
        self.down = False
        self.adopted: list[tuple[Owner, Sequence[Owner]]] = []

    async def adopt(self, owner: Owner, former: Sequence[Owner]) -> None:
        if self.down:
            raise DependencyUnavailableError("MongoDB is down.")
        self.adopted.append((owner, former))


async def test_items_are_adopted_at_the_first_request_only() -> None:
    items = FakeItems()
    adoption = Adoption([items])
    assert [await adoption.adopt(IDENTITY) for _ in range(3)] == ["new"] * 3
    assert items.adopted == [("new", ("old",))]


async def test_without_the_database_they_are_adopted_later() -> None:
    items = FakeItems()
    items.down = True
    adoption = Adoption([items])
    assert await adoption.adopt(IDENTITY) == "new"
    items.down = False
    await adoption.adopt(IDENTITY)
    assert items.adopted == [("new", ("old",))]


async def test_owner_without_former_names_needs_no_database() -> None:
    items = FakeItems()
    items.down = True
    assert await Adoption([items]).adopt(Identity(Owner("me"))) == "me"

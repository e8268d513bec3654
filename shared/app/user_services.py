"""Services for the data of a user: preferences, export and erasure, briefings, webhooks."""

import random
from functools import cached_property
from typing import TYPE_CHECKING

from shared.app.answer_services import AnswerServices

if TYPE_CHECKING:
    from shared.briefings.briefing_run import BriefingRun
    from shared.users.adoption import Adoption
    from shared.users.preference_changes import PreferenceChanges
    from shared.users.user_data import UserData
    from shared.webhooks.delivery_worker import DeliveryWorker
    from shared.webhooks.outbox import Outbox
    from shared.webhooks.target import TargetRules


class UserServices(AnswerServices):
    """What a user has set, and what is sent without being asked for."""

    @cached_property
    def adoption(self) -> "Adoption":
        """The adoption of items stored under earlier function keys."""
        from shared.users.adoption import Adoption

        stores = self.repositories
        return Adoption((stores.conversations, stores.preferences, stores.reports, stores.deliveries))

    @cached_property
    def preference_changes(self) -> "PreferenceChanges":
        """The changes of preferences."""
        from shared.users.preference_changes import PreferenceChanges

        stored, limits = self.repositories.preferences, self.settings.limits
        return PreferenceChanges(stored, self.target_rules, limits.users_per_caller)

    @cached_property
    def user_data(self) -> "UserData":
        """Export and erasure of the stored data of a user."""
        from shared.users.user_data import (
            KeptConversations,
            KeptDeliveries,
            KeptItems,
            KeptPreferences,
            UserData,
        )

        stores = self.repositories
        kinds: dict[str, KeptItems] = {
            "preferences": KeptPreferences(stores.preferences),
            "conversations": KeptConversations(self.conversations),
            "reports": self.owned_reports,
            "deliveries": KeptDeliveries(stores.deliveries),
        }
        return UserData(kinds, stores.erasures, self.clock)

    @cached_property
    def briefings(self) -> "BriefingRun":
        """The scheduled run of briefings and alerts."""
        from shared.briefings.briefing_run import BriefingRun

        return BriefingRun(
            self.market_data, self.repositories, self.outbox, self.settings.briefings, self.clock
        )

    @cached_property
    def outbox(self) -> "Outbox":
        """The outbox of webhook deliveries."""
        from shared.webhooks.outbox import Outbox

        return Outbox(self.repositories.deliveries, self.delivery_queue, self.dead_letter_queue)

    @cached_property
    def target_rules(self) -> "TargetRules":
        """The rules for targets of webhooks."""
        from shared.webhooks.target import TargetRules

        return TargetRules(self.settings.webhooks.allow_local_targets)

    @cached_property
    def delivery_worker(self) -> "DeliveryWorker":
        """The worker that sends queued deliveries."""
        from shared.webhooks.attempt import AttemptSender
        from shared.webhooks.delivery_worker import DeliveryWorker

        return DeliveryWorker(
            self.repositories.deliveries,
            self.repositories.preferences,
            self.outbox,
            self.dead_letter_queue,
            self.concurrency,
            AttemptSender(self.target_rules, self.clock),
            self.clock,
            jitter=random.random,
        )

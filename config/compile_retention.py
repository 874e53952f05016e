"""How long the store keeps what: nothing that something kept longer still needs."""

from config.draft import Draft
from config.model_settings import RetentionModel
from config.time_words import say_duration
from leads.retention import Retention


def retention(draft: Draft) -> Retention:
    model = draft.parts.retention or RetentionModel()
    for key in ("ignored", "decisions"):
        age = getattr(model, key)
        if age is not None and age < model.runs:
            runs = say_duration(model.runs)
            text = f"shorter than runs ({runs}), whose ledgers count them; write {runs} or more"
            draft.problems.add(("retention", key), text)
    return Retention(
        runs=model.runs,
        ignored=model.ignored,
        rejects=model.rejects,
        webhooks=model.webhooks,
        backfills=model.backfills,
        shadows=model.shadows,
        touches=model.touches,
        outcomes=model.outcomes,
        decisions=model.decisions,
    )

"""The optimistic lock of drafts: every form carries the revision that it was made from."""

import re
from collections.abc import Mapping

STEP_CONFLICT = (
    "Somebody else saved this step meanwhile. What you typed is still here: choose below, beside Save step, "
    "which version to keep."
)


def posted_revision(post: Mapping[str, str]) -> int:
    """0, which no draft has, where the form carried none."""
    text = post.get("draft_revision", "")
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def conflict(what: str) -> str:
    return (
        f"Somebody else saved the {what} meanwhile. What you typed is still here, and theirs is shown below: "
        f"save again to put yours in the place of theirs."
    )

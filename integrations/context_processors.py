"""What every page's frame shows."""

from integrations.permissions import integrations_of


def navigation(request) -> dict:
    """The integrations of the user, read only when a template asks for them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"navigation_integrations": lambda: integrations_of(user)}

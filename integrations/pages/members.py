"""Who belongs to an integration, and as what."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from integrations import commands, queries
from integrations.models import Integration, Role
from integrations.pages.fields import add_problems
from integrations.pages.forms import ROLE_MEANINGS, MemberForm
from integrations.permissions import Right, get_integration
from integrations.problems import Refused


@require_GET
def index(request: HttpRequest, integration: str) -> HttpResponse:
    return _page(request, get_integration(request.user, integration), MemberForm())


@require_POST
def add(request: HttpRequest, integration: str) -> HttpResponse:
    found = get_integration(request.user, integration, Right.OWN)
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            member = commands.add_member(actor=request.user, integration=found, **form.cleaned_data)
        except Refused as refused:
            add_problems(form, refused)
        else:
            messages.success(request, f"{member.user} is {member.get_role_display().lower()} now.")
            return redirect("member-list", integration=found.slug)
    return _page(request, found, form)


@require_POST
def change(request: HttpRequest, integration: str, member: int) -> HttpResponse:
    found = get_integration(request.user, integration, Right.OWN)
    membership = queries.get_member(found, member)
    try:
        commands.change_member(actor=request.user, membership=membership, role=request.POST.get("role", ""))
    except Refused as refused:
        messages.error(request, refused.problems[0].text)
    else:
        messages.success(request, f"{membership.user} is {membership.get_role_display().lower()} now.")
    return redirect("member-list", integration=found.slug)


@require_POST
def remove(request: HttpRequest, integration: str, member: int) -> HttpResponse:
    found = get_integration(request.user, integration, Right.OWN)
    membership = queries.get_member(found, member)
    name = str(membership.user)
    try:
        commands.remove_member(actor=request.user, membership=membership)
    except Refused as refused:
        messages.error(request, refused.problems[0].text)
        return redirect("member-list", integration=found.slug)
    messages.success(request, f"{name} is no member any more.")
    if membership.user_id == request.user.pk:
        return redirect("home")
    return redirect("member-list", integration=found.slug)


def _page(request: HttpRequest, integration: Integration, form: MemberForm) -> HttpResponse:
    context = {
        "integration": integration,
        "members": queries.members_of(integration),
        "form": form,
        "roles": Role.choices,
        "role_meanings": [(role.label, meaning) for role, meaning in ROLE_MEANINGS.items()],
    }
    return render(request, "integrations/members.html", context, status=422 if form.errors else 200)

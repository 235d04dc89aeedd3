"""Create an integration, set it up, and let people in, as a browser sends it."""

from integrations.models import AuditEntry, Integration, Membership
from tests.cast import client_of, make_integration
from tests.pages.addresses import address


def text_of(answer) -> str:
    return answer.content.decode()


def test_home_shows_the_users_integrations_only(harbour, vic):
    make_integration("Elsewhere")
    page = text_of(client_of(vic).get("/"))
    assert "Harbour Bridge" in page
    assert "Viewer" in page
    assert "Elsewhere" not in page


def test_home_of_a_newcomer_says_what_to_do_first(sam):
    page = text_of(client_of(sam).get("/"))
    assert "No integrations yet" in page
    assert 'href="/integrations/new"' in page


def test_creating_an_integration_leads_to_it(sam):
    answer = client_of(sam).post("/integrations/new", {"name": "North West", "description": "Roads"}, follow=True)
    assert answer.redirect_chain == [("/integrations/north-west/", 302)]
    assert "North West is ready" in text_of(answer)


def test_a_taken_name_is_said_beside_the_field(harbour, sam):
    answer = client_of(sam).post("/integrations/new", {"name": "Harbour Bridge"})
    assert answer.status_code == 422
    assert "already an integration named Harbour Bridge" in text_of(answer)
    assert 'aria-describedby="id_name_helptext id_name_error"' in text_of(answer)


def test_settings_keep_the_digits_of_configuration_values(scene, olga):
    form = {"name": "Harbour Bridge", "description": "", "config": '{"rate": 0.10, "big": 12345678901234567890}'}
    client_of(olga).post(address("integration-settings", scene), form)
    page = text_of(client_of(olga).get(address("integration-settings", scene)))
    assert "0.10" in page
    assert "12345678901234567890" in page


def test_configuration_values_that_are_no_json_say_where(scene, olga):
    form = {"name": "Harbour Bridge", "config": '{"rate": }'}
    page = text_of(client_of(olga).post(address("integration-settings", scene), form))
    assert "This is not JSON: line 1, column 10" in page
    assert Integration.objects.get().config == scene.integration.config


def test_configuration_values_are_an_object(scene, olga):
    form = {"name": "Harbour Bridge", "config": "[1]"}
    assert "Write a JSON object" in text_of(client_of(olga).post(address("integration-settings", scene), form))


def test_a_member_is_added_changed_and_removed(scene, olga, sam):
    client = client_of(olga)
    answer = client.post(address("member-add", scene), {"username": "sam", "role": "viewer"}, follow=True)
    assert "sam is viewer now" in text_of(answer)
    member = Membership.objects.get(user=sam)
    change = f"/integrations/harbour-bridge/members/{member.pk}/role"
    assert "sam is operator now" in text_of(client.post(change, {"role": "operator"}, follow=True))
    remove = f"/integrations/harbour-bridge/members/{member.pk}/remove"
    assert "sam is no member any more" in text_of(client.post(remove, follow=True))
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-3:] == ["added member", "changed member", "removed member"]


def test_the_last_owner_stays_and_reads_why(scene, olga):
    member = Membership.objects.get(user=olga)
    answer = client_of(olga).post(f"/integrations/harbour-bridge/members/{member.pk}/remove", follow=True)
    assert "only owner" in text_of(answer)
    assert Membership.objects.filter(user=olga).exists()


def test_members_without_the_right_read_the_list_without_its_forms(scene, vic):
    page = text_of(client_of(vic).get(address("member-list", scene)))
    assert "opal" in page
    assert "/members/add" not in page


def test_the_audit_trail_says_who_did_what(scene, vic):
    page = text_of(client_of(vic).get(address("audit-trail", scene)))
    assert "Created connection" in page
    assert "<strong>Vista</strong>" in page
    assert ">bo<" in page


def test_names_are_shown_as_text(scene, olga):
    scene.integration.name = "<script>alert(1)</script>"
    scene.integration.config = {"<b>": "</details><script>"}
    scene.integration.save()
    page = text_of(client_of(olga).get(address("integration-detail", scene)))
    assert "<script>alert" not in page
    assert "</details><script>" not in page

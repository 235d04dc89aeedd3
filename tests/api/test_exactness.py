"""Every number comes back as it went in, to the last digit and zero."""

from flows import lane
from flows.models import Run
from tests.making import expression, make_flow, map_step, text

HARBOUR = "integrations/harbour-bridge/"
NUMBERS = b'{"whole":12345678901234567890,"price":0.10,"small":1e-7,"long":3.141592653589793238462643383279}'


def test_numbers_survive_a_run(as_bo, harbour):
    make_flow(
        harbour, map_step(whole=expression("flow.mapItem().whole"), price=expression("flow.mapItem().price")), name="F"
    )
    started = as_bo.send("POST", f"{HARBOUR}flows/f/runs/", b'{"data":' + NUMBERS + b"}")
    lane.work()
    answered = as_bo._client.get(started.body["api"], headers=as_bo._token)
    assert answered.json()["status"] == "Success"
    assert b'"output":[{"whole":12345678901234567890,"price":0.10}]' in answered.content


def test_numbers_survive_in_configuration_values(as_olga, harbour):
    as_olga.send("PATCH", HARBOUR, b'{"config":' + NUMBERS + b"}")
    answered = as_olga._client.get(f"/api/v1/{HARBOUR}", headers=as_olga._token)
    for part in (b"12345678901234567890", b":0.10,", b"3.141592653589793238462643383279"):
        assert part in answered.content


def test_numbers_survive_in_a_flow_file(as_bo, harbour):
    schema = b'{"type":"number","minimum":0.10,"maximum":12345678901234567890}'
    file = (
        b'{"format":"throughline-flow","format_version":1,"name":"F","slug":"f","trigger":{"kind":"on_demand",'
        b'"input_schema":' + schema + b'},"steps":[{"id":"a","name":"A","kind":"map_json",'
        b'"settings":{"list":"flow.trigger.data","properties":{}}}]}'
    )
    put = as_bo.send("PUT", f"{HARBOUR}flows/f/", file)
    assert put.status == 201, put
    answered = as_bo._client.get(f"/api/v1/{HARBOUR}flows/f/", headers=as_bo._token)
    assert b'"minimum":0.10,"maximum":12345678901234567890' in answered.content


def test_text_of_every_alphabet_survives(as_bo, harbour):
    make_flow(harbour, map_step(word=text("Größe 寸法 🏗")), name="F")
    started = as_bo.post(f"{HARBOUR}flows/f/runs/", {"data": ["\ud800 ok"]})
    lane.work()
    run = as_bo.get(started.body["api"])
    assert run.body["steps"][0]["output"] == [{"word": "Größe 寸法 🏗"}]
    assert Run.objects.get().trigger_data == ["\ud800 ok"]

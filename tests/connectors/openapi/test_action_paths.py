"""What an action path says of itself: names, key, repeating, output, security, its own document."""

import pytest

from connectors.openapi import DocumentError, derive_connector
from tests.connectors.openapi.making import (
    action_path,
    derive_file,
    derive_operation,
    make_document,
    make_operation,
    make_swagger,
)


def named(method, path, **operation):
    derived = derive_operation(make_operation(**operation), path=path, method=method)
    return derived.module, derived.data_object, derived.action, derived.key


@pytest.mark.parametrize(
    ("method", "path", "operation", "names"),
    [
        (
            "put",
            "/api/job-phases",
            {"tags": ["Job cost"], "summary": "Upsert a job phase"},
            ("Job cost", "Job phases", "Upsert a job phase", "job-cost/job-phases/upsert"),
        ),
        (
            "post",
            "/api/v2/costCodes",
            {"tags": ["jobCost"], "summary": "Add a cost code."},
            ("Job cost", "Cost codes", "Add a cost code", "job-cost/cost-codes/add"),
        ),
        (
            "put",
            "/vendors/{id}",
            {"tags": ["AP"], "summary": "Update an existing vendor"},
            ("AP", "Vendors", "Update an existing vendor", "ap/vendors/update"),
        ),
        ("get", "/vendors", {}, ("Vendors", "Vendors", "List vendors", "vendors/vendors/list")),
        ("get", "/vendors/{id}", {}, ("Vendors", "Vendors", "Get a vendor", "vendors/vendors/get")),
        ("post", "/vendors", {}, ("Vendors", "Vendors", "Add a vendor", "vendors/vendors/add")),
        (
            "patch",
            "/vendors/{id}",
            {},
            ("Vendors", "Vendors", "Update an existing vendor", "vendors/vendors/update"),
        ),
        ("delete", "/invoices/{id}", {}, ("Invoices", "Invoices", "Delete an invoice", "invoices/invoices/delete")),
        (
            "post",
            "/orders/{id}/cancel",
            {},
            ("Orders", "Orders", "Cancel an order", "orders/orders/cancel"),
        ),
        ("post", "/batches/{id}/post", {}, ("Batches", "Batches", "Post a batch", "batches/batches/post")),
        ("get", "/blog/post/{id}", {}, ("Blog", "Post", "Get a post", "blog/post/get")),
        (
            "get",
            "/products/{id}/images",
            {"tags": ["Images"]},
            ("Images", "Product images", "List product images", "images/product-images/list"),
        ),
        ("get", "/icons/search?term={term}", {}, ("Icons", "Icons", "Search icons", "icons/icons/search")),
        ("get", "/icons/search{suffix}all", {}, ("Icons", "Icons", "Search all for icons", "icons/icons/search")),
        ("get", "/users/me", {}, ("Users", "Users", "Get the current user", "users/users/get-current")),
        (
            "post",
            "/rooms",
            {"tags": ["Rooms"], "summary": "Creates a Room."},
            ("Rooms", "Rooms", "Create a room", "rooms/rooms/create"),
        ),
        (
            "post",
            "/rooms",
            {"summary": "Your POST endpoint", "operationId": "Rooms_PostRoom"},
            ("Rooms", "Rooms", "Add a room", "rooms/rooms/add"),
        ),
        (
            "get",
            "/rooms",
            {"summary": "GetRooms", "operationId": "GetRooms"},
            ("Rooms", "Rooms", "List rooms", "rooms/rooms/list"),
        ),
        (
            "get",
            "/rooms",
            {"description": "This endpoint allows you to list open rooms."},
            ("Rooms", "Rooms", "List open rooms", "rooms/rooms/list-open"),
        ),
        ("get", "/", {"operationId": "getStatus"}, ("Made", "Made", "Get status", "made/made/get-status")),
        (
            "get",
            "/bulk-pricing-rules",
            {},
            (
                "Bulk pricing rules",
                "Bulk pricing rules",
                "List bulk pricing rules",
                "bulk-pricing-rules/bulk-pricing-rules/list",
            ),
        ),
        ("get", "/rfi-ids", {}, ("RFI IDs", "RFI IDs", "List RFI IDs", "rfi-ids/rfi-ids/list")),
        (
            "get",
            "/Orders({id})/Lines",
            {"summary": "商品の一覧"},
            ("Orders", "Order lines", "商品の一覧", "orders/order-lines/商品の一覧"),
        ),
    ],
)
def test_names_that_a_person_reads(method, path, operation, names):
    assert named(method, path, **operation) == names


def test_names_and_keys_are_unique():
    operation = make_operation(tags=["Items"], summary="Do it")
    connector = derive_connector(
        make_document({f"/items/{{{letter}}}": {"get": operation, "post": operation} for letter in "abcdef"})
    )

    assert len({one.key for one in connector.action_paths}) == 12
    assert len({one.action for one in connector.action_paths}) == 12


def test_a_key_stays_when_operations_are_added():
    old = {"/a": {"get": make_operation()}, "/b/{id}": {"get": make_operation(), "put": make_operation()}}
    new = {"/a": old["/a"] | {"post": make_operation()}, "/aa": {"get": make_operation()}, "/b/{id}": old["/b/{id}"]}
    keys = {f"{one.method} {one.path}": one.key for one in derive_connector(make_document(old)).action_paths}
    later = {f"{one.method} {one.path}": one.key for one in derive_connector(make_document(new)).action_paths}

    assert keys.items() <= later.items()


def test_safe_to_repeat_follows_from_the_method_unless_told():
    document = make_document(
        {"/x": {method: make_operation() for method in ("get", "put", "delete", "head", "options", "post", "patch")}}
    )
    safe = {one.method for one in derive_connector(document).action_paths if one.safe_to_repeat}

    assert safe == {"GET", "PUT", "DELETE", "HEAD", "OPTIONS"}
    assert derive_operation(make_operation(**{"x-safe-to-repeat": True}), method="post").safe_to_repeat
    assert not derive_operation(make_operation(**{"x-safe-to-repeat": False}), method="get").safe_to_repeat


def test_what_the_document_tells_of_an_operation_is_kept():
    connector = derive_file("job-cost.yaml")

    assert action_path(connector, "PUT /job-phases").real_time_optional
    assert not action_path(connector, "GET /job-phases").real_time_optional
    assert action_path(connector, "PATCH /jobs/{id}").deprecated
    assert action_path(connector, "GET /job-phases").security == ["ApiKey"]


def test_servers_of_the_document_and_of_one_operation():
    connector = derive_file("job-cost.yaml")

    assert connector.servers == [
        {"url": "https://{tenant}.example.com/api/v7", "description": "Production"},
        {"url": "/api", "description": ""},
    ]
    assert action_path(connector, "POST /jobs/{id}/documents").servers == ["https://files.example.com"]
    assert action_path(connector, "GET /job-phases").servers == []
    assert [server["url"] for server in derive_file("inventory.json").servers] == [
        "https://inventory.example.com/v2",
        "http://inventory.example.com/v2",
    ]


def test_the_output_is_that_of_the_first_success():
    connector = derive_file("job-cost.yaml")
    answered = action_path(connector, "PUT /job-phases").output_schema

    assert {"id", "createdBy"} <= answered["properties"].keys()
    assert "pin" not in answered["properties"]
    assert action_path(connector, "GET /job-phases").output_schema["type"] == "array"
    assert action_path(connector, "POST /jobs/{id}/close").output_schema is None
    assert action_path(connector, "POST /cost-codes/batch").output_schema is None
    assert action_path(derive_file("inventory.json"), "GET /items/{itemId}/picture").output_schema is None
    assert "left" in action_path(derive_file("assets.yaml"), "GET /assets/{asset id}").output_schema["properties"]


def authentication(schemes):
    document = make_document({"/x": {"get": make_operation()}}, components={"securitySchemes": schemes})
    connector = derive_connector(document)
    return [(kind["name"], kind["kind"]) for kind in connector.authentication], connector


def test_authentication_kinds_of_version_3():
    flow = {"tokenUrl": "https://x.example.com/token", "scopes": {"read": "Read"}}
    kinds, connector = authentication(
        {
            "Key": {"type": "apiKey", "in": "query", "name": "key"},
            "User": {"type": "http", "scheme": "Basic"},
            "Token": {"type": "http", "scheme": "bearer"},
            "Both": {"type": "oauth2", "flows": {"clientCredentials": flow, "authorizationCode": flow}},
            "Person": {"type": "oauth2", "flows": {"implicit": flow}},
            "OpenID": {"type": "openIdConnect"},
            "Certificate": {"type": "mutualTLS"},
            "Digest": {"type": "http", "scheme": "digest"},
        }
    )

    assert kinds == [
        ("Key", "api_key"),
        ("User", "basic"),
        ("Token", "bearer"),
        ("Both", "oauth2_client_credentials"),
        ("Both (token)", "bearer"),
        ("Person", "bearer"),
        ("OpenID", "bearer"),
    ]
    assert connector.authentication[0]["in"] == "query"
    assert connector.authentication[0]["parameter_name"] == "key"
    assert connector.authentication[3]["token_url"] == "https://x.example.com/token"
    assert connector.authentication[3]["scopes"] == {"read": "Read"}
    assert ["not supported" in note["text"] for note in connector.notes] == [True, True]


def test_authentication_kinds_of_swagger():
    kinds = derive_file("inventory.json").authentication

    assert [(kind["name"], kind["kind"]) for kind in kinds] == [
        ("app", "oauth2_client_credentials"),
        ("user", "bearer"),
        ("basic", "basic"),
    ]
    assert kinds[0]["token_url"] == "https://login.example.com/token"


def test_the_document_of_one_operation_holds_what_that_needs_and_no_more():
    update = action_path(derive_file("job-cost.yaml"), "PATCH /jobs/{id}").openapi
    upsert = action_path(derive_file("job-cost.yaml"), "PUT /job-phases").openapi

    assert update["openapi"] == "3.0.3"
    assert list(update["paths"]) == ["/jobs/{id}"]
    assert [one["name"] for one in update["paths"]["/jobs/{id}"]["patch"]["parameters"]] == ["id", "trace"]
    assert list(update["components"]) == ["securitySchemes"]
    assert sorted(upsert["components"]["schemas"]) == [
        "Cost",
        "Entity",
        "JobPhase",
        "Labor",
        "Material",
        "Stamp",
        "Status",
    ]


def test_the_document_of_one_operation_keeps_its_dialect():
    create = action_path(derive_file("inventory.json"), "POST /items").openapi

    assert create["swagger"] == "2.0"
    assert create["basePath"] == "/v2/"
    assert list(create["definitions"]) == ["Item"]
    assert list(create["securityDefinitions"]) == ["app"]


def test_the_document_of_one_operation_refers_to_nothing_outside_itself():
    thing = {"$ref": "https://elsewhere.example.com/x.json"}
    operation = make_operation() | {
        "responses": {"400": {"description": "Bad", "content": {"application/json": {"schema": thing}}}}
    }

    assert "elsewhere" not in str(derive_operation(operation).openapi)
    add = action_path(derive_file("assets.yaml"), "POST /assets").openapi
    assert "#/paths" not in str(add)


@pytest.mark.parametrize("paths", [{}, {"/x": {}}, {"/x": {"description": "Nothing"}}])
def test_a_document_without_operations_is_refused(paths):
    with pytest.raises(DocumentError, match="no operations"):
        derive_connector(make_document(paths))


def test_a_document_of_which_nothing_can_be_taken_is_refused_with_the_first_reasons():
    body = {"name": "b", "in": "body", "schema": {}}
    paths = {f"/x{number}": {"post": make_operation(parameters=[body])} for number in range(5)}

    with pytest.raises(DocumentError, match=r"None of the 5 operations.*POST /x0.*XML only.*POST /x2"):
        derive_connector(make_swagger(paths, consumes=["application/xml"]))


def test_progress_is_told_about_every_hundredth():
    told = []
    paths = {f"/x{number}": {"get": make_operation()} for number in range(1000)}
    derive_connector(make_document(paths), progress=lambda done, total: told.append((done, total)))

    assert len(told) == 100
    assert told[-1] == (1000, 1000)

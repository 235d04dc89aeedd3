"""OpenAPI documents to action paths. Pure: no Django, no network.

    document = read_document(data)              # bytes -> dict, within limits
    connector = derive_connector(document)      # dict -> DerivedConnector

Everything that is wrong with a document comes as DocumentError; everything wrong with one operation
is listed in `skipped`; everything that was changed on the way in `notes`.

An action path's `parameters` has one entry for each property of its input:

    {"property": "id (path)", "name": "id", "in": "path", "style": "simple", "explode": false}

`in` is path, query, header, cookie or body; `content_type` says that a value, or a part of a
multipart body, is sent as that type; `allow_reserved` is OpenAPI's. Entries of a body have
`body_required`, those of a file `file` (its value is base64), and `whole` marks the one property
that is the body itself: of a form, an object of its fields. A property that has no entry but passes
the schema belongs in the body.

Two extensions are read from an operation: `x-safe-to-repeat` (true or false; otherwise it follows
from the method) and `x-real-time-optional` (true).
"""

from connectors.openapi.derivation import DerivedActionPath, DerivedConnector, derive_connector
from connectors.openapi.problems import DocumentError
from connectors.openapi.reading import read_document

__all__ = ["DerivedActionPath", "DerivedConnector", "DocumentError", "derive_connector", "read_document"]

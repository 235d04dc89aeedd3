"""The form of an import."""

from django import forms
from django.conf import settings

from connectors import addresses


class ImportForm(forms.Form):
    document = forms.FileField(
        required=False,
        label="A file",
        help_text="OpenAPI 3.0, 3.1 or Swagger 2.0, as JSON or YAML.",
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.yaml,.yml,application/json,application/yaml"}),
    )
    address = forms.CharField(
        required=False,
        max_length=2000,
        label="Or its address",
        help_text="Fetched by this server, e.g. https://vista.example/openapi.json",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        max_length=120,
        help_text="What builders call the system. A connector of this name is updated in place; flows keep working.",
    )
    base_url = forms.CharField(
        required=False,
        max_length=2000,
        label="Base address",
        help_text="Suggested to new connections. Leave it empty to take the one that the document names.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_document(self):
        upload = self.cleaned_data["document"]
        if upload and upload.size > settings.DOCUMENT_LIMIT_BYTES:
            limit = settings.DOCUMENT_LIMIT_BYTES // (1024 * 1024)
            raise forms.ValidationError(
                f"The file has {upload.size / 1024 / 1024:.1f} MB; at most {limit} MB are taken. "
                "Import a part of the document, e.g. one of its tags."
            )
        return upload

    def clean_address(self) -> str:
        return _checked_address(self.cleaned_data["address"])

    def clean_base_url(self) -> str:
        return _checked_address(self.cleaned_data["base_url"])

    def clean(self) -> None:
        given = [name for name in ("document", "address") if self.cleaned_data.get(name)]
        if not given and not {"document", "address"} & set(self.errors):
            self.add_error("document", "Choose a file, or give the address of the document below.")
        if len(given) == 2:
            self.add_error("address", "Give a file or an address, not both: clear one of them.")


def _checked_address(address: str) -> str:
    problem = addresses.problem_with(address, base=False) if address else None
    if problem:
        raise forms.ValidationError(f"The address {problem}")
    return address

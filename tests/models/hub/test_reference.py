"""How people name models on the hub, and what is no such name."""

from __future__ import annotations

import pytest

from models.hub.reference import HubReference, hub_name, hub_reference, is_address


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("org/name", HubReference("org/name")),
        ("  org/name ", HubReference("org/name")),
        ("sentence-transformers/all-MiniLM-L6-v2", None),
        ("org/name@v1.0", HubReference("org/name", "v1.0")),
        ("org/name@refs/pr/3:fp16", HubReference("org/name", "refs/pr/3", "fp16")),
        ("org/name:onnx/model_q4.onnx", HubReference("org/name", "main", "onnx/model_q4.onnx")),
        ("https://huggingface.co/org/name", HubReference("org/name")),
        ("https://huggingface.co/org/name/", HubReference("org/name")),
        ("HTTPS://HuggingFace.co/org/name?library=onnx#top", HubReference("org/name")),
        ("huggingface.co/org/name", HubReference("org/name")),
        ("hf.co/org/name", HubReference("org/name")),
        ("https://huggingface.co/org/name/tree/main/onnx", HubReference("org/name")),
        ("https://huggingface.co/org/name/tree/v2", HubReference("org/name", "v2")),
        (
            "https://huggingface.co/org/name/blob/refs%2Fpr%2F3/onnx/model_fp16.onnx",
            HubReference("org/name", "refs/pr/3", "onnx/model_fp16.onnx"),
        ),
        (
            "https://huggingface.co/org/name/resolve/main/model.onnx?download=true",
            HubReference("org/name", "main", "model.onnx"),
        ),
        ("https://huggingface.co/org/name/blob/main/config.json", HubReference("org/name")),
        ("https://huggingface.co/gpt2", HubReference("gpt2")),
    ],
)
def test_names_and_addresses_of_models(written: str, expected: HubReference | None) -> None:
    assert hub_reference(written) == (expected or HubReference(written))


@pytest.mark.parametrize(
    "written",
    [
        "",
        "name",
        "org/name/more",
        "org/model.onnx",
        "folder/deeper/model.onnx",
        "/org/name",
        "./org/name",
        "~/name",
        "org\\name",
        "C:/models",
        "org/na me",
        "o gato/está",
        "../name",
        "org/..",
        "org/na--me",
        "org/name.git",
        "org/name@../../etc",
        "org/name@a/../../b",
        "org/" + "x" * 97,
        "https://example.org/org/name",
        "https://huggingface.co/datasets/org/name",
        "https://huggingface.co/",
        "https://huggingface.co/org/name/tree/..%2F..%2Fetc",
        "https://[broken",
    ],
)
def test_what_is_no_name_of_a_model(written: str) -> None:
    assert hub_reference(written) is None


def test_old_names_without_an_organisation_count_only_where_asked_for() -> None:
    assert hub_reference("gpt2") is None
    assert hub_reference("gpt2", bare=True) == HubReference("gpt2")


@pytest.mark.parametrize("written", ["a/b", "a/b@v1", "a/b:fp16", "a/b@refs/pr/1:onnx/x.onnx"])
def test_what_is_shown_can_be_read_again(written: str) -> None:
    reference = hub_reference(written)
    assert reference is not None
    assert str(reference) == written


def test_another_endpoint_is_a_hub_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example:8443/")
    assert hub_name() == "mirror.example:8443"
    assert hub_reference("https://mirror.example:8443/org/name") == HubReference("org/name")
    assert hub_reference("https://mirror.example/org/name") is None


def test_addresses_are_told_from_names() -> None:
    assert is_address("https://example.org/x")
    assert is_address("huggingface.co/org/name")
    assert not is_address("org/name")

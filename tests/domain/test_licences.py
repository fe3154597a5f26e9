import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.licences import class_of, label_of, warnings
from bot.domain.model import HubModel, LicenceClass
from tests.domain.builders import hub_model
from tests.domain.real_records import real_models
from tests.shared_data import shared_data


def licensed(licence: str | None, repo_id: str = "lab/base", name: str | None = None) -> HubModel:
    """Return a model under this licence."""
    return hub_model(repo_id, licence=licence, licence_name=name)


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("apache-2.0", LicenceClass.PERMISSIVE),
        ("mit", LicenceClass.PERMISSIVE),
        ("bsd-3-clause-clear", LicenceClass.PERMISSIVE),
        ("cc-by-4.0", LicenceClass.PERMISSIVE),
        ("cc0-1.0", LicenceClass.PERMISSIVE),
        ("cdla-permissive-2.0", LicenceClass.PERMISSIVE),
        ("gpl-3.0", LicenceClass.COPYLEFT),
        ("agpl-3.0", LicenceClass.COPYLEFT),
        ("lgpl-2.1", LicenceClass.COPYLEFT),
        ("mpl-2.0", LicenceClass.COPYLEFT),
        ("cc-by-sa-4.0", LicenceClass.COPYLEFT),
        ("cc-by-nc-4.0", LicenceClass.NON_COMMERCIAL),
        ("cc-by-nc-sa-4.0", LicenceClass.NON_COMMERCIAL),
        ("fair-noncommercial-research-license", LicenceClass.NON_COMMERCIAL),
        ("llama3.1", LicenceClass.CUSTOM),
        ("gemma", LicenceClass.CUSTOM),
        ("openrail++", LicenceClass.CUSTOM),
        ("creativeml-openrail-m", LicenceClass.CUSTOM),
        ("other", LicenceClass.CUSTOM),
        ("some-licence-of-2031", LicenceClass.CUSTOM),
        ("APACHE-2.0", LicenceClass.PERMISSIVE),
        ("unknown", LicenceClass.NONE),
        ("", LicenceClass.NONE),
        (None, LicenceClass.NONE),
    ],
)
def test_ids_have_a_class(licence: str | None, expected: LicenceClass) -> None:
    """What is in no table must be read, what is not declared is none."""
    assert expected is class_of(licensed(licence))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("flux-1-dev-non-commercial-license", LicenceClass.NON_COMMERCIAL),
        ("mistral-research-license", LicenceClass.NON_COMMERCIAL),
        ("Stability AI NC Research", LicenceClass.NON_COMMERCIAL),
        ("nvidia-open-model-license", LicenceClass.CUSTOM),
        ("apache-2.0", LicenceClass.PERMISSIVE),
        ("whatever", LicenceClass.CUSTOM),
        (None, LicenceClass.CUSTOM),
    ],
)
def test_a_licence_called_other_is_read_by_its_name(name: str | None, expected: LicenceClass) -> None:
    """`license:other` says nothing, `license_name` often does."""
    assert expected is class_of(licensed("other", name=name))


def test_a_label_is_what_people_call_it() -> None:
    """The name behind `other`, nothing where nothing is declared."""
    assert label_of(licensed("other", name="qwen-research")) == "qwen-research"
    assert label_of(licensed("mit", name="ignored")) == "mit"
    assert label_of(licensed("unknown")) is None


@pytest.mark.parametrize(
    ("claimed", "allowed"),
    [
        ("apache-2.0", "cc-by-nc-4.0"),
        ("mit", "llama3.1"),
        ("apache-2.0", "gpl-3.0"),
        ("gpl-3.0", "cc-by-nc-4.0"),
        ("gpl-3.0", "gemma"),
        ("llama3.1", "cc-by-nc-4.0"),
        ("apache-2.0", "creativeml-openrail-m"),
    ],
)
def test_claiming_more_than_was_given_is_warned_about(claimed: str, allowed: str) -> None:
    """The warning names the ancestor and both licences."""
    (warning,) = warnings(licensed(claimed, "emma/child"), [licensed(allowed)])
    assert (warning.ancestor, warning.claimed, warning.allowed) == ("lab/base", claimed, allowed)
    assert warning.allowed_class is class_of(licensed(allowed))


@pytest.mark.parametrize(
    ("claimed", "allowed"),
    [
        ("apache-2.0", "mit"),
        ("gpl-3.0", "apache-2.0"),
        ("cc-by-nc-4.0", "apache-2.0"),
        ("cc-by-nc-4.0", "cc-by-nc-sa-4.0"),
        ("llama3.1", "gemma"),
        ("apache-2.0", None),
        ("apache-2.0", "unknown"),
        ("apache-2.0", "other"),
        ("apache-2.0", "some-licence-of-2031"),
        (None, "cc-by-nc-4.0"),
        ("other", "cc-by-nc-4.0"),
        ("gemma", "gpl-3.0"),
    ],
)
def test_what_is_not_known_for_sure_is_not_warned_about(claimed: str | None, allowed: str | None) -> None:
    """As much or less than was given, and everything unknown on either side."""
    assert warnings(licensed(claimed, "emma/child"), [licensed(allowed)]) == ()


def test_the_whole_chain_counts() -> None:
    """A parent that dropped the condition does not launder it; each licence is named once, by the nearest."""
    chain = [
        licensed("apache-2.0", "emma/parent"),
        licensed("llama3.1", "nous/grandparent"),
        licensed("llama3.1", "meta-llama/root"),
        licensed("cc-by-nc-4.0", "lab/other-root"),
    ]
    found = warnings(licensed("mit", "emma/child"), chain)
    assert [(warning.ancestor, warning.allowed) for warning in found] == [
        ("nous/grandparent", "llama3.1"),
        ("lab/other-root", "cc-by-nc-4.0"),
    ]


def test_a_named_licence_behind_other_warns_with_its_name() -> None:
    """FLUX.1 dev is `other`, and everybody knows which."""
    base = licensed("other", "black-forest-labs/FLUX.1-dev", "flux-1-dev-non-commercial-license")
    (warning,) = warnings(licensed("apache-2.0", "emma/lora"), [base])
    assert (warning.allowed, warning.allowed_class) == (
        "flux-1-dev-non-commercial-license",
        LicenceClass.NON_COMMERCIAL,
    )


@given(st.none() | st.text(max_size=50), st.none() | st.text(max_size=50))
def test_any_text_has_a_class(licence: str | None, name: str | None) -> None:
    """Hostile ids neither raise nor warn about themselves."""
    facts = licensed(licence, name=name)
    assert class_of(facts) in LicenceClass
    assert warnings(facts, [facts]) == ()


def test_real_families_give_few_warnings() -> None:
    """Among the real records whose parent is at hand, one in twenty at most claims too much."""
    models = real_models(shared_data("hub_models.jsonl"))
    pairs = [
        (facts, models[declared.repo_id])
        for facts in models.values()
        for declared in facts.declared
        if declared.repo_id in models
    ]
    warned = sum(bool(warnings(child, [base])) for child, base in pairs)
    assert warned / len(pairs) < 0.05

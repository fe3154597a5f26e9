import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.licences import class_of, label_of, strictest, warnings
from bot.domain.model import HubModel, LicenceClass
from tests.domain.builders import hub_model, parent
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
        ("bsl-1.0", LicenceClass.PERMISSIVE),
        ("openmdw-1.0", LicenceClass.PERMISSIVE),
        ("apple-amlr", LicenceClass.NON_COMMERCIAL),
        ("h-research", LicenceClass.NON_COMMERCIAL),
        ("cc-by-nd-4.0", LicenceClass.CUSTOM),
        ("cc", LicenceClass.CUSTOM),
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
        ("flux-non-commercial-license", LicenceClass.NON_COMMERCIAL),
        ("mrl", LicenceClass.NON_COMMERCIAL),
        ("mnpl", LicenceClass.NON_COMMERCIAL),
        ("Mistral AI Non-Production License", LicenceClass.NON_COMMERCIAL),
        ("exaone", LicenceClass.NON_COMMERCIAL),
        ("EXAONE AI Model License Agreement 1.1 - NC", LicenceClass.NON_COMMERCIAL),
        ("k-exaone", LicenceClass.CUSTOM),
        ("qwen-research", LicenceClass.NON_COMMERCIAL),
        ("tongyi-qianwen-research", LicenceClass.NON_COMMERCIAL),
        ("nsclv1", LicenceClass.NON_COMMERCIAL),
        ("nvidia-oneway-noncommercial-license", LicenceClass.NON_COMMERCIAL),
        ("minimax-m2.7-license", LicenceClass.NON_COMMERCIAL),
        ("bria-rmbg-2.0", LicenceClass.NON_COMMERCIAL),
        ("sai-nc-community", LicenceClass.NON_COMMERCIAL),
        ("CC BY-NC 4.0", LicenceClass.NON_COMMERCIAL),
        ("nvidia-open-model-license", LicenceClass.CUSTOM),
        ("stabilityai-ai-community", LicenceClass.CUSTOM),
        ("modified-mit", LicenceClass.CUSTOM),
        ("Modified MIT License", LicenceClass.CUSTOM),
        ("lfm1.0", LicenceClass.CUSTOM),
        ("tencent-hunyuan-community", LicenceClass.CUSTOM),
        ("minimax-h3-community-license", LicenceClass.CUSTOM),
        ("ltx-2-community-license-agreement", LicenceClass.CUSTOM),
        ("falcon-llm-license", LicenceClass.CUSTOM),
        ("deepseek", LicenceClass.CUSTOM),
        ("qwen", LicenceClass.CUSTOM),
        ("tongyi-qianwen", LicenceClass.CUSTOM),
        ("health-ai-developer-foundations", LicenceClass.CUSTOM),
        ("llama4", LicenceClass.CUSTOM),
        ("gemma-terms-of-use", LicenceClass.CUSTOM),
        ("bsl-1.1", LicenceClass.CUSTOM),
        ("apache-2.0", LicenceClass.PERMISSIVE),
        ("Apache License 2.0", LicenceClass.PERMISSIVE),
        ("Apache License, Version 2.0", LicenceClass.PERMISSIVE),
        ("MIT License", LicenceClass.PERMISSIVE),
        ("The MIT License", LicenceClass.PERMISSIVE),
        ("BSD 3-Clause License", LicenceClass.PERMISSIVE),
        ("Creative Commons Attribution 4.0 International", LicenceClass.PERMISSIVE),
        ("OpenMDW License Agreement 1.1", LicenceClass.PERMISSIVE),
        ("GNU GPL v3", LicenceClass.COPYLEFT),
        ("apache-2.0-base-agpl-3.0-adapter", LicenceClass.CUSTOM),
        ("whatever", LicenceClass.CUSTOM),
        (None, LicenceClass.CUSTOM),
    ],
)
def test_a_licence_called_other_is_read_by_its_name(name: str | None, expected: LicenceClass) -> None:
    """`license:other` says nothing, `license_name` often does."""
    assert expected is class_of(licensed("other", name=name))


def test_an_address_tells_where_a_name_does_not() -> None:
    """Some licences are called after a model and link to a text that everybody knows."""
    text = "https://creativecommons.org/licenses/by-nc/4.0/deed.en"
    assert class_of(hub_model(licence="other", licence_name="fancy-3.2", licence_link=text)) is (
        LicenceClass.NON_COMMERCIAL
    )
    assert class_of(hub_model(licence="other", licence_name="fancy-3.2", licence_link="LICENSE")) is LicenceClass.CUSTOM


def test_of_several_licences_the_strictest_counts() -> None:
    """What is in no table must be read, what says nothing does not count."""
    assert strictest(["apache-2.0", "cc-by-nc-4.0"]) == "cc-by-nc-4.0"
    assert strictest(["mit", "gpl-3.0", "other"]) == "other"
    assert strictest(["llama3.1", "gemma"]) == "llama3.1"
    assert strictest(["unknown", "mit"]) == "mit"
    assert strictest([]) is None


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


CLAIMS_TOO_MUCH = [
    # Real pairs, as their cards declare them in 2026: a base's licence and what a derivative claims over it.
    (("google/gemma-2-27b", "gemma", None), ("vandijklab/C2S-Scale-Gemma-2-27B", "cc-by-4.0")),
    (
        ("black-forest-labs/FLUX.2-klein-base-9B", "other", "flux-non-commercial-license"),
        ("diroverflo/FLux_Klein_9B_NSFW", "apache-2.0"),
    ),
    (
        ("black-forest-labs/FLUX.2-klein-9B", "other", "flux-non-commercial-license"),
        ("neptunite/moodyDesireMix_GGUF", "creativeml-openrail-m"),
    ),
    (
        ("Lightricks/LTX-2.3", "other", "ltx-2-community-license-agreement"),
        ("Cseti/LTX2.3-22B_IC-LoRA-Cameraman_v1", "apache-2.0"),
    ),
    (
        ("MiniMaxAI/MiniMax-M2.7", "other", "minimax-m2.7-license"),
        ("lukealonso/MiniMax-M2.7-NVFP4", "mit"),
    ),
]


@pytest.mark.parametrize(("base", "derivative"), CLAIMS_TOO_MUCH, ids=lambda value: value[0])
def test_real_derivatives_that_claim_too_much(base: tuple[str, str, str | None], derivative: tuple[str, str]) -> None:
    """Found among real records: permissive over gemma, FLUX, LTX and a non-commercial licence."""
    parent_id, allowed, name = base
    child = hub_model(derivative[0], licence=derivative[1], declared=(parent(parent_id),))
    (warning,) = warnings(child, [licensed(allowed, parent_id, name)])
    assert (warning.ancestor, warning.claimed, warning.allowed) == (parent_id, derivative[1], name or allowed)


def test_a_publisher_may_put_its_own_model_under_other_terms() -> None:
    """Also under two accounts of one lab; who builds on the freer one is bound to that one only."""
    research = licensed("cc-by-nc-4.0", "lab/v1")
    freed = hub_model("lab/v2", licence="apache-2.0", declared=(parent("lab/v1"),))
    assert warnings(freed, [research]) == ()
    by_another_account = hub_model("lab-two/v2", licence="apache-2.0", declared=(parent("lab/v1"),))
    assert warnings(by_another_account, [research], lambda author: author.removesuffix("-two")) == ()
    assert len(warnings(by_another_account, [research])) == 1
    built_on = hub_model("emma/child", licence="mit", declared=(parent("lab/v2"),))
    assert warnings(built_on, [freed, research]) == ()
    built_on_both = hub_model("emma/child", licence="mit", declared=(parent("lab/v2"), parent("lab/v1")))
    assert [warning.ancestor for warning in warnings(built_on_both, [freed, research])] == ["lab/v1"]


def test_what_a_publisher_built_on_somebody_elses_model_stays_bound() -> None:
    """It may free its own work, not the model below."""
    root = licensed("gemma", "google/gemma-3-4b")
    first = hub_model("lab/v1", licence="gemma", declared=(parent(root.repo_id),))
    second = hub_model("lab/v2", licence="apache-2.0", declared=(parent("lab/v1"),))
    assert [warning.ancestor for warning in warnings(second, [first, root])] == ["google/gemma-3-4b"]


def test_a_member_of_the_chain_that_says_nothing_hides_nothing() -> None:
    """Unknown, unnamed or renamed in the middle: the root's terms hold."""
    root = licensed("llama3.1", "meta-llama/root")
    for middle in ("other", None):
        silent = hub_model("nous/middle", licence=middle, declared=(parent("meta-llama/root"),))
        child = hub_model("emma/child", licence="mit", declared=(parent("nous/middle"),))
        assert [warning.ancestor for warning in warnings(child, [silent, root])] == ["meta-llama/root"]
    renamed = hub_model("emma/child", licence="mit", declared=(parent("nous/old-name"),))
    assert [warning.ancestor for warning in warnings(renamed, [root])] == ["meta-llama/root"]


def test_a_ring_of_declarations_ends() -> None:
    """Two models that name each other."""
    one = hub_model("a/one", licence="gemma", declared=(parent("b/two"),))
    two = hub_model("b/two", licence="mit", declared=(parent("a/one"),))
    assert [warning.ancestor for warning in warnings(two, [one, two])] == ["a/one"]


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

"""What people call the values of a filter's conditions, in the languages that Rootstock speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.model import Kind, LicenceClass

KIND_SPELLINGS: Mapping[str, Kind] = {
    **dict.fromkeys(("base", "base model", "originals"), Kind.ORIGINAL),
    **dict.fromkeys(("fine tune", "fine tunes", "fine tuned", "finetuned", "finetunes", "sft"), Kind.FINETUNE),
    **dict.fromkeys(("lora", "loras", "adapters", "peft"), Kind.ADAPTER),
    **dict.fromkeys(("merges", "merged"), Kind.MERGE),
    **dict.fromkeys(("quant", "quants", "quantised", "quantization", "quantizations", "gguf"), Kind.QUANTIZED),
}
"""How builders write the Hub's words."""

LICENCE_SPELLINGS: Mapping[str, LicenceClass] = {
    **dict.fromkeys(("宽松", "宽松许可证"), LicenceClass.PERMISSIVE),
    **dict.fromkeys(("nc", "noncommercial", "research", "非商用", "非商业"), LicenceClass.NON_COMMERCIAL),
    **dict.fromkeys(("own terms", "custom terms", "自定义"), LicenceClass.CUSTOM),
    **dict.fromkeys(("none declared", "no licence", "no license", "未声明"), LicenceClass.NONE),
}
"""What the answers call these classes elsewhere, and what people write instead."""

LANGUAGE_SPELLINGS: Mapping[str, str] = {
    **dict.fromkeys(("mandarin", "汉语", "普通话", "中文"), "zh"),
    **dict.fromkeys(("multilingual", "multiple languages", "多语言", "多语种"), "multilingual"),
    "英文": "en",
    "日文": "ja",
    "韩文": "ko",
    "法文": "fr",
    "德文": "de",
    "俄文": "ru",
}
"""Beside CLDR's names; model cards write `multilingual` where CLDR has `mul`."""

COUNTRY_SPELLINGS: Mapping[str, str] = {
    **dict.fromkeys(("usa", "america", "united states of america"), "US"),
    **dict.fromkeys(("uk", "great britain", "england"), "GB"),
    **dict.fromkeys(("korea", "republic of korea"), "KR"),
    **dict.fromkeys(("hong kong", "香港", "中国香港"), "HK"),
    **dict.fromkeys(("macau", "macao", "澳门", "中国澳门"), "MO"),
    **dict.fromkeys(("uae", "emirates", "阿联酋"), "AE"),
    "czech republic": "CZ",
    "turkey": "TR",
    "holland": "NL",
    "中国台湾": "TW",
}
"""Beside CLDR's names: what people write who do not write the official name."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names and values by `bot.domain.typed_lists.name_key`, each with the value that it means."""

    kinds: Mapping[str, Kind] = field(default_factory=dict[str, Kind])
    licence_classes: Mapping[str, LicenceClass] = field(default_factory=dict[str, LicenceClass])
    tasks: Mapping[str, str] = field(default_factory=dict[str, str])
    languages: Mapping[str, str] = field(default_factory=dict[str, str])
    countries: Mapping[str, str] = field(default_factory=dict[str, str])

"""Spellings that mean one tag, in every language: `写代码`, `programming` and `コード` are all `coding`.

Each family is a tag's key and the other ways in which people write it; what it is called in a language stands in the
catalogues (`tag-name.<key>`). The Hub's own tags and task names are spellings too, so that facts can be suggested.
"""

from collections.abc import Mapping
from types import MappingProxyType

SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        # What it is good at.
        "coding": "code, coder, programming, programmer, 编程, 编码, 代码, 写代码, 程序, 編程, 程式碼, "
        "程式設計, コード, プログラミング",
        "reasoning": "reason, reasoner, thinking, cot, chain-of-thought, 推理, 思考, 思维链, 深度思考, 推論",
        "math": "maths, mathematics, 数学, 數學, 算数",
        "chat": "chatbot, chatting, conversational, conversation, dialogue, dialog, 聊天, 对话, 闲聊, 對話, チャット",
        "instruct": "instruction, instruction-following, 指令, 指令遵循, 指令跟随",
        "translation": "translate, translator, machine-translation, 翻译, 机器翻译, 翻譯, 翻訳",
        "writing": "write, writer, creative-writing, copywriting, 写作, 创作, 创意写作, 文案, 寫作",
        "storytelling": "story, stories, fiction, novel, novels, 小说, 故事, 讲故事, 写小说, 小說, 小説",
        "poetry": "poem, poems, 诗歌, 写诗, 诗词, 古诗",
        "roleplay": "rp, role-play, role-playing, roleplaying, 角色扮演, 扮演, 角色, ロールプレイ",
        "companion": "companionship, 陪伴, 情感陪伴, 伴侣",
        "summarization": "summarisation, summary, summaries, 摘要, 总结, 文本摘要, 要約",
        "classification": "classifier, classify, text-classification, zero-shot-classification, 分类, 文本分类",
        "knowledge": "world-knowledge, 知识, 百科, 世界知识",
        "research": "deep-research, web-search, 深度研究, 搜索, 联网搜索",
        "structured-output": "structured-outputs, json, json-mode, json-output, 结构化输出",
        "sql": "text-to-sql, text2sql, nl2sql, 数据库查询",
        "agent": "agents, agentic, ai-agent, ai-agents, 智能体, 代理, 智能代理, エージェント",
        "tool-use": "tool, tools, tool-calling, tool-call, function-calling, function-call, 工具调用, "
        "函数调用, 工具, 使用工具",
        "computer-use": "gui, gui-agent, browser-use, 电脑操作, 界面操作, 操作电脑",
        "time-series": "timeseries, time-series-forecasting, forecasting, forecast, 时间序列, 时序, 时序预测, 预测",
        "robotics": "robot, robots, embodied, embodied-ai, vla, 机器人, 具身智能, 具身",
        "safety": "guard, guardrail, guardrails, moderation, content-moderation, 内容安全, 内容审核, 审核, 护栏",
        "security": "cybersecurity, infosec, 网络安全, 信息安全",
        # What it sees, hears and makes.
        "vision": "visual, vl, vlm, vision-language, vision-language-model, image-text-to-text, "
        "image-to-text, visual-question-answering, vqa, image-understanding, 视觉, 图像理解, 看图, 识图, "
        "视觉语言, 視覺, 画像認識",
        "multimodal": "multi-modal, omni, any-to-any, 多模态, 全模态, 多模態, マルチモーダル",
        "ocr": "document-ocr, text-recognition, 文字识别, 光学字符识别, 文档识别",
        "speech": "voice, spoken, 语音, 语音模型, 語音, 音声",
        "speech-recognition": "asr, stt, speech-to-text, automatic-speech-recognition, 语音识别, 语音转文字, 听写",
        "text-to-speech": "tts, speech-synthesis, 语音合成, 文字转语音, 朗读",
        "voice-cloning": "voice-clone, voice-conversion, 声音克隆, 音色克隆, 变声",
        "audio": "text-to-audio, audio-to-audio, sound, 音频, 声音, 音效",
        "music": "text-to-music, song, songs, 音乐, 作曲, 歌曲, 音楽",
        "image": "images, image-generation, text-to-image, txt2img, t2i, drawing, 图像, 图片, 文生图, "
        "生图, 画图, 绘画, 图像生成, 画像生成",
        "image-editing": "image-edit, image-to-image, img2img, 图像编辑, 修图, 改图, 图生图",
        "video": "videos, video-generation, text-to-video, image-to-video, t2v, i2v, 视频, 文生视频, "
        "图生视频, 视频生成, 影片, 動画生成",
        "3d": "text-to-3d, image-to-3d, 三维, 3d生成, 三维生成",
        "anime": "manga, 动漫, 二次元, 动画, アニメ",
        "photorealistic": "realistic, realism, photorealism, 写实, 真实感, 照片级",
        "embedding": "embeddings, text-embedding, text-embeddings, feature-extraction, "
        "sentence-similarity, 向量, 嵌入, 词嵌入, 文本向量, 向量化, 向量模型, 埋め込み",
        "reranker": "rerank, reranking, text-ranking, 重排, 重排序, 精排",
        "rag": "retrieval-augmented-generation, retrieval, 检索增强, 检索增强生成, 检索, 知识库",
        # What it takes, and how it was made.
        "small": "tiny, slm, small-model, small-models, lightweight, 小模型, 小, 轻量, 轻量级, 小参数",
        "large": "big, huge, large-model, large-models, 大, 大参数, 超大模型",
        "fast": "quick, speedy, high-speed, 快, 快速, 速度快, 高速, 推理快",
        "low-vram": "low-memory, small-vram, 低显存, 省显存, 小显存, 显存友好",
        "local": "local-llm, self-hosted, 本地, 本地部署, 本地运行, ローカル",
        "on-device": "edge, mobile, phone, 端侧, 手机, 边缘, 端侧模型, 移动端",
        "long-context": "longcontext, long-text, 长上下文, 长文本, 超长上下文, 長文脈",
        "moe": "mixture-of-experts, 混合专家, 混合专家模型",
        "merge": "merged, merges, mergekit, 合并, 融合, 模型合并, 融合模型, マージ",
        "adapter": "adapters, lora, loras, qlora, peft, 适配器, 微调适配器",
        "quantized": "quant, quants, quantised, quantization, quantisation, 量化, 量化版, 量化模型, 量子化",
        "finetune": "finetuned, finetuning, fine-tune, fine-tuned, fine-tuning, sft, 微调, 精调, 微調, "
        "ファインチューニング",
        "base": "base-model, foundation, foundation-model, pretrained, pre-trained, 基座, 基座模型, 底模, "
        "预训练, 基础模型",
        "distilled": "distill, distillation, distil, 蒸馏, 蒸馏模型, 蒸留",
        "diffusion": "diffusers, diffusion-model, 扩散, 扩散模型",
        "draft": "draft-model, drafter, speculative-decoding, 投机解码, 草稿模型, 推测解码",
        "uncensored": "abliterated, abliteration, decensored, unfiltered, 无审查, 去审查, 无限制, 未审查, "
        "無審查, 無検閲",
        "nsfw": "adult, r18, not-for-all-audiences, 成人, 成人内容, 限制级",
        "commercial-use": "commercial, commercially-usable, 可商用, 商用, 商业可用",
        "open-data": "open-dataset, open-datasets, 开放数据, 数据开源, 开源数据",
        # Where it is at home.
        "medical": "medicine, health, healthcare, clinical, 医疗, 医学, 健康, 醫療, 医療",
        "biology": "bio, protein, biomedical, 生物, 蛋白质, 生物学",
        "chemistry": "chemical, chem, 化学, 分子",
        "science": "scientific, 科学, 科研, 科學",
        "legal": "law, 法律, 司法, 法务",
        "finance": "financial, 金融, 财经, 股票",
        "education": "edu, teaching, tutor, 教育, 教学, 辅导",
        "game": "gaming, games, 游戏, 遊戲, ゲーム",
        # Languages; ISO 639 codes where nobody would mean anything else.
        "chinese": "zh, zh-cn, zh-tw, mandarin, 中文, 汉语, 普通话, 简体中文, 华语, 中国语, 中国語",
        "cantonese": "yue, 粤语, 广东话, 粵語, 廣東話",
        "english": "en, 英文, 英语, 英語",
        "japanese": "ja, jp, 日语, 日文, 日本語",
        "korean": "ko, kr, 韩语, 韩文, 한국어",
        "french": "fr, français, 法语, 法文",
        "german": "de, deutsch, 德语, 德文",
        "spanish": "es, español, 西班牙语, 西语",
        "portuguese": "pt, português, 葡萄牙语, 葡语",
        "italian": "italiano, 意大利语, 意语",
        "russian": "ru, русский, 俄语, 俄文",
        "arabic": "العربية, 阿拉伯语, 阿语",
        "hindi": "हिन्दी, 印地语",
        "vietnamese": "tiếng-việt, 越南语, 越语",
        "thai": "ภาษาไทย, 泰语, 泰文",
        "indonesian": "bahasa-indonesia, 印尼语, 印度尼西亚语",
        "turkish": "türkçe, 土耳其语",
        "multilingual": "multi-lingual, multi-language, polyglot, 多语言, 多语种, 多语, 多語言, 多言語",
    }
)
"""Each family's key with its other spellings, separated by commas."""

LANGUAGE_TAGS: Mapping[str, str] = MappingProxyType(
    {
        "zh": "chinese",
        "yue": "cantonese",
        "en": "english",
        "ja": "japanese",
        "ko": "korean",
        "fr": "french",
        "de": "german",
        "es": "spanish",
        "pt": "portuguese",
        "it": "italian",
        "ru": "russian",
        "ar": "arabic",
        "hi": "hindi",
        "vi": "vietnamese",
        "th": "thai",
        "id": "indonesian",
        "tr": "turkish",
    }
)
"""Which family an ISO 639 code of a model card belongs to."""

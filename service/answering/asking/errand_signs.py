# ruff: noqa: E501 - lists of words and patterns made of them read worse in short lines
"""What tells an order to the service, an errand or small talk from a question for the documents.

A text becomes named features: a few signs, which hold for any wording (it speaks of the service's own
instructions, bids it do something, does a sum, is written in base64 ...), and the pieces of its words, which
slips of the pen leave mostly as they are. Signs are looked up word by word: a pattern for each would take
longer than the answer's other parts.
"""

from __future__ import annotations

import base64
import binascii
import re
from itertools import pairwise
from typing import Final

__all__ = ["HARD", "features"]

_LONGEST: Final = 600
"""Characters of one sentence that are looked at."""

_WORDS: Final = {
    "inner": """
        prompt prompts jailbreak password passwords passcode key keys token tokens sudo override overrides chatgpt gpt llm llama
        siri developer developers debug admin administrator mode hidden secret configuration configured settings guardrails
        filter filters restrictions unrestricted instructions instruction guidelines creator programmed programming
        提示 示词 系统 越狱 密码 密钥 口令 令牌 开发 调试 管理员 维护 配置 环境变 大模型 模型 隐藏 权限 指令 指示 设定 守则 准则 规则 规矩 限制 过滤
        命令 服务器 数据库 索引 日志
    """,
    "undo": """
        ignore disregard forget drop bypass overwrite dismiss abandon discard neglect skip disable remove lift lifted break cancel
        delete erase wipe stop without instead longer void don't dont never
        忽略 忽视 无视 忘记 忘掉 忘了 不要 别理 别管 不管 不论 无论 不必 不用 无需 不需要 抛开 抛弃 丢掉 放弃 绕过 绕开 跳过 解除 取消 作废 废除
        关闭 关掉 覆盖 停止 不再 推翻 违反 违背 破例 别再 别看 别用 别查 不准 不许 删除 删掉 清空 清除 撤销 不算数
    """,
    "play": """
        pretend imagine suppose assume roleplay simulate impersonate henceforth invent fabricate guess act behave become obey
        comply claim
        扮演 假装 假扮 假设你 假定 假如 想象 装作 当作 当成 充当 模仿 现在起 今往后 今以后 从此 接下来 一律 统统 只能 只准 只许 只会 只用 编一
        编个 胡编 瞎编 乱编 杜撰 捏造 虚构 伪造 造一个 随便 任意 随意 猜一 猜个 撒谎 蒙一 就说 照我说 服从 听从
    """,
    "make": """
        write compose draft draw paint sing play translate calculate compute solve convert book order buy set remind recommend suggest
        plan generate create code fix debug correct rewrite rephrase paraphrase search google browse cook bake teach entertain
        send post schedule repeat echo print output reveal dump decode execute run enter enable activate proofread turn
        帮我写 写一首 写一封 写一篇 写首 写封 写篇 写个 作一首 画一 编个 翻译成 译成 算一下 解方程 订一 推荐 提醒我 放首 播放 搜一 生成 改一下 润色
        重复 复述 打印 输出 泄露 透露 执行 进入 开启 启用 解码 起草 校对 替我 给我
    """,
    "things": """
        poem poems haiku limerick song lyrics joke jokes story stories essay novel email emails letter code python javascript sql html
        recipe restaurant hotel flight ticket weather alarm timer music film movie football dinner lunch breakfast birthday holiday
        horoscope homework internet riddle pirate robot human bot coffee pancakes bread dog cat
        首诗 绝句 律诗 歌词 首歌 笑话 故事 作文 小说 邮件 求职信 代码 程序 函数 脚本 菜谱 食谱 餐馆 餐厅 酒店 机票 车票 天气 闹钟 音乐 电影
        足球 球队 晚饭 早饭 午饭 生日 星座 算命 上网 谜语 机器人 海盗 几点了
    """,
    "feel": """
        love hate like favourite favorite feel feeling feelings lonely tired bored sad happy sleepy hungry funny stupid smart smarter
        clever cute cool dream sleep friend friends marry girlfriend boyfriend alive born lol haha wow joke chat god bye
        goodbye hello hi hey thanks
        喜欢 爱你 讨厌 感情 感觉 孤单 孤独 寂寞 无聊 心情 难过 开心 伤心 高兴 好累 聪明 可爱 真逗 好笑 哈哈 嘻嘻 呵呵 做梦 睡觉 朋友 结婚 嫁给
        几岁 你多大 名字 聊聊 聊天 陪我 再见 拜拜 晚安 早安 你好 您好 谢谢 你是谁 吃饭 吃了 过得 快乐 辛苦
    """,
    "lie": """
        whatever regardless random opinion verbatim above previous prior beforehand always only just
        哪怕 即使 反正 故意 以上 上面 上述 前面 之前 先前 上文 逐字 凭记忆 口气 语气 直接 每句 每次
    """,
    "you": "you your yours yourself u ur you're yuor yuo 你",
    "me": "i i'm i've i'd i'll me my myself 我",
    "speech": """
        say answer reply respond cite quote tell speak talk
        回答 回复 答复 说是 就说 引用 答案 骂 夸 告诉
    """,
    "sources": """
        citations citation sources source documents document paragraph paragraphs papers text
        引用 出处 文件 资料 段落 原文 文档
    """,
    "asks": """
        what which who whom whose when where why how
        什么 多少 哪 谁 何时 几 怎
    """,
    "named": """
        conference convention protocol forum symposium workshop committee panel decision resolution fund programme session
        assembly initiative land climate soil desertification biodiversity parties secretariat cop bureau report meeting
        会议 大会 公约 定书 论坛 研讨会 讲习班 委员会 工作组 决议 决定 基金 方案 土地 荒漠 气候 生物 缔约 秘书处 报告 主席团
    """,
}
_SIGNS: Final[dict[str, tuple[str, ...]]] = {
    word: tuple(f"sign {name}" for name, words in _WORDS.items() if word in words.split())
    for words in _WORDS.values()
    for word in words.split()
}
_PAIRS: Final = tuple(
    (f"sign {one}", f"sign {other}", f"sign {one} {other}")
    for one, others in {
        "you": ("feel", "things", "inner", "speech", "lie", "asks", "named"),
        "undo": ("sources", "lie", "speech", "inner", "named"),
        "play": ("speech", "sources", "you", "lie", "named"),
        "make": ("things", "inner", "lie", "me", "named"),
        "me": ("things", "feel", "asks"),
        "asks": ("named", "things"),
    }.items()
    for other in others
)
HARD: Final = frozenset(f"sign {name}" for name in ("inner", "undo", "play", "make", "role", "coded", "lie"))
"""Signs without one of which a sentence beside a question is no order."""

_HARMLESS: Final = frozenset(("sign asks", "sign named", "sign sources"))

_PIECE: Final = re.compile(r"[a-z']+|[\u3400-\u9fff]+")
_CODED: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_ROLE: Final = re.compile(
    r"(?:^|[\s>\]】])(?:system|assistant|user|developer|admin|human|ai|bot|系统|助手|用户|开发者|管理员)\s?(?:message|消息|指令)?\s?:|"
    r"<\|?/?\s?\w+[^>]{0,20}\|?>|\[/?\w*(?:inst|sys|admin|system|override)\w*|【[^】]{0,12}(?:管理|系统|权限|指令|开发)|#{2,}|\{\W{0,3}\w+\W{0,3}:|;\s?--|"
    r"</|new\s(?:\w+\s)?(?:rules?|instructions?|tasks?)\b\s?[:#]|新(?:的)?(?:指[令示]|规则|任务)\s?[:#]"
)
_ROLE_MARKS: Final = frozenset("<[{#【:")
_SUM: Final = re.compile(
    r"\d\s?[+*×÷^=]\s?\d|\b\d+\s(?:x|times|plus|minus|divided\sby|multiplied\sby)\s\d|\d\s?(?:乘以?|加上?|减去?|除以)\s?\d|等于几|\bx\^"
)
_SPACED: Final = re.compile(r"(?:\b\w\s){5}")


def features(text: str, view: str, *, short: bool = False) -> set[str]:
    """The features of ``text``, one sentence or a whole question; ``view`` is ``text`` folded.

    ``short``: only the signs, if there is none that could make it an errand.
    """
    view = view[:_LONGEST]
    signs: set[str] = set()
    pieces = _PIECE.findall(view)
    words = [piece for piece in pieces if piece[0] < "\u3400"]
    runs = [piece for piece in pieces if piece[0] >= "\u3400"]
    pairs = [run[at : at + 2] for run in runs for at in range(len(run) - 1)]
    for sign in _SIGNS.keys() & words:
        signs.update(_SIGNS[sign])
    for run in runs:
        longer = [*run, *(run[at : at + 3] for at in range(len(run) - 2))]
        for sign in _SIGNS.keys() & longer:
            signs.update(_SIGNS[sign])
    for sign in _SIGNS.keys() & pairs:
        signs.update(_SIGNS[sign])
    if not _ROLE_MARKS.isdisjoint(view) and _ROLE.search(view) is not None:
        signs.add("sign role")
    if _SUM.search(view) is not None:
        signs.add("sign sum")
    if _SPACED.search(view) is not None:
        signs.add("sign spaced")
    if _coded(text[:_LONGEST]):
        signs.add("sign coded")
    if short and signs <= _HARMLESS:
        return signs
    for one, other, both in _PAIRS:
        if one in signs and other in signs:
            signs.add(both)
    found = {*words, *pairs, *"".join(runs), *(f"{one} {other}" for one, other in pairwise(words))}
    for word in words:
        edged = f"<{word}>"
        found.update([edged[at : at + 4] for at in range(len(edged) - 3)])
    if "?" in view:
        signs.add("sign marked")
    signs.add(f"sign words {min(4, (len(words) + len(found) // 4) // 5)}")
    return found | signs


def _coded(text: str) -> bool:
    """Whether a word of ``text`` is readable text in base64."""
    for word in _CODED.findall(text):
        word = word.rstrip("=").replace("-", "+").replace("_", "/")
        if word.islower() or word.isupper():
            continue
        word = word[: len(word) - (len(word) % 4 == 1)]
        try:
            plain = base64.b64decode(word + "=" * (-len(word) % 4), validate=True).decode("utf-8", "ignore")
        except binascii.Error:
            continue
        # What is no base64 becomes bytes of which few are characters that people write.
        written = sum(one.isalnum() or one in " .,'?!-，。？！" for one in plain)
        if len(plain.encode()) >= 0.6 * len(word) and written >= 0.9 * len(plain):
            return True
    return False

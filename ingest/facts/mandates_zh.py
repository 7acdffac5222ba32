"""Chinese directives: 谁请、邀请、鼓励、敦促、决定、建议、授权谁做什么。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.facts.directives import REACH, Directive, DirectiveVerb
from ingest.facts.spans import Spans

__all__ = ["directives", "is_subject", "report_to", "session"]

_VERBS: dict[str, DirectiveVerb] = {
    "请": "request",
    "要求": "request",
    "促请": "urge",
    "敦促": "urge",
    "呼吁": "call",
    "吁请": "call",
    "邀请": "invite",
    "鼓励": "encourage",
    "授权": "authorize",
    "决定": "decide",
    "建议": "recommend",
    "提议": "propose",
    "委托": "entrust",
    "责成": "instruct",
    "指示": "instruct",
}
_ADVERBS = (
    "(?:又|还|也|并|亦|仍|再次|再度|进一步|特别|强烈|随后|继续|同时|曾|应|已|将|可|均|则|因此|据此|酌情"
    "|不妨|考虑"
    "|设法){0,4}"
)
_VERB = re.compile(
    r"(?=[又还也并亦仍再进特强随继同曾应已将可均则因据酌不考设促敦吁呼邀鼓要授决建提委责指请])"
    rf"(?P<adverbs>{_ADVERBS}) ?(?P<verb>促请|敦促|吁请|呼吁|邀请|鼓励|要求|授权|决定|建议|提议|委托|责成"
    rf"|指示"
    r"|(?<![申邀应吁促敬提恳聘])请(?![求愿示柬假教请]))"
)
# Nouns as well as verbs: only after who acts, an adverb or the start of a clause.
_NOUNS = frozenset(("要求", "呼吁", "授权", "决定", "建议", "提议", "指示"))
_NOUN_BEFORE = re.compile(
    r"(?:^|[。;:,)\n]|会议|大会|委员会|理事会|委员|主席团|平台|秘书处|秘书长|机构|小组|工作组|缔约方"
    r"|[它其她他们]|署|决议"
    r"|届|专委|科技委|会上|部分|[中上])$"
)
_NOUN_AFTER = re.compile(
    r" ?(?:$|[,，。;、):】”]|[的及与和或中下内之]|草案|书|案(?!文)|一览|权(?!威)|\d+ ?[:—-]|于|是|为)"
)
_END = re.compile(r"[。;\n]")
_CLAUSE_START = re.compile(r"[。;\n:]|(?<=[\u4e00-\u9fff)])[,，]")
_BODY = (
    r"(?:会议|大会|委员会|理事会|主席团|主席|平台|秘书处|秘书长|执行秘书|执行主任|机构|机关|机制|小组"
    r"|工作组|专家组"
    r"|缔约方|缔约国|会员国|成员国|国家|各国|政府|组织|部门|署|委|局|各方|利益攸关方|利益相关方|基金|专家"
    r"|成员|代表"
    r"|联络员|观察员|协调中心|联络点|社区|社会|银行|实体|方案|人民|论坛|网络|联盟|主任|高级专员|特别报告员"
    r"|联检组"
    r"|检查组|团体|伙伴|公约)"
)
_GAP = (
    r"(?:[(][^()。;]{1,40}[)])?"
    r"(?:第? ?[\dIVX]+/[\w.]+ ?号?(?:决议|决定))?(?:在[^。;]{0,40}?(?:中|上|下|时))?"
    r"(?:以[^。;]{0,30}?(?:决定|决议))?(?:第? ?[\dIVX/.A-Z]+ ?号(?:决议|决定))?"
    r"(?:第[一二三四五六七八九十百\d]{1,5}届(?:会议|常会|特别会议))?(?:会上)?(?:提出的)?"
)
_ACTOR = re.compile(rf"(?P<actor>[\u4e00-\u9fff《》/\-()A-Z]{{0,40}}?{_BODY}){_GAP} ?$")
_PRONOUN = re.compile(
    r"(?:^|[,，。;\n])(?:[^,，。;\n]{0,30}[,，])?(?:它们?|会议|委员会|该会议|该机构|其|他们?|她)$"
)
# What an action begins with, right after who shall do it.
_STARTERS = (
    "今后 日后 就 向 在 将 把 根据 按照 遵照 依照 依据 考虑 继续 提出 提交 报告 编写 编制 "
    "编拟 协助 支持 参加 参与 采取 为 与 同 以 加强 加入 促进 提供 审阅 审议 "
    "审查 审评 通知 履行 实施 确保 做出 作出 提名 对 于 从 探讨 担任 进一步 充分 "
    "酌情 尽快 尽早 及时 合作 相互 协同 协调 积极 使 利用 跟进 做 推动 维护 建立 "
    "设立 制定 拟订 拟定 分析 评价 评估 开展 进行 动员 调动 增加 提高 减少 保护 "
    "保持 落实 监测 编入 纳入 列入 至迟 不迟于 除 大力 努力 发挥 给予 宣传 庆祝 "
    "纪念 举办 举行 召开 派 签署 批准 遵守 尊重 查明 确定 汇报 转递 散发 发布 "
    "传播 分享 交流 更新 完成 启动 着手 响应 发出 通过 遏制 防止 消除 处理 解决 "
    "应对 投资 资助 筹集 定期 每年 全面 在必要 如 视 由 予以 注意 拨 扩大 深化 "
    "承诺 负责 安排 邀 请 促 敦 不 也 都 各自 优先 认真 密切 适当 立即 立刻 "
    "特别 "
)
_STARTER = re.compile(
    f"(?:{'|'.join(_STARTERS.split())}"
    "|联合(?!国)|共同(?!主席)|执行(?!秘书|主任|局|委员)|组织(?![、的和])|研究(?!机构|所))"
)
_SEPARATOR = re.compile(r" ?(?:[、]|和|及|以及|与|或|同)")
_REPORT = re.compile(
    r"向(?P<to>[^,，。;:]{2,50}?)(?:第[一二三四五六七八九十百\d]{1,5}届(?:会议|常会|特别会议)?)?(?:会议)?"
    r"(?:提出|提交|汇报|报告|作出|转递|通报)"
)
_SESSION = re.compile(r"第 ?[一二三四五六七八九十百\d]{1,5} ?届(?:会议|常会|特别会议)|下届会议")
_NOUN_PHRASE = re.compile(r"的(?:呼吁|请求|要求|决心|决定)(?=[,。;]|$)")
_PROPOSED = re.compile(r"不妨|可考虑|可以考虑")


def directives(text: str, bodies: Spans) -> Iterator[Directive]:
    """The directives of one segment of folded text, in order. ``bodies`` are the spans of known bodies."""
    found = [match for match in _VERB.finditer(text) if _is_verb(text, match)]
    for at, match in enumerate(found):
        end = min(len(text), match.end() + REACH)
        stop = _END.search(text, match.end(), end)
        end = end if stop is None else stop.start()
        if at + 1 < len(found) and found[at + 1].start() < end:
            following = found[at + 1].start()
            comma = text.rfind(",", match.end(), following)
            if comma > 0 and _joins(text[comma + 1 : following]):
                end = comma
        verb = _VERBS[match["verb"]]
        actor, pronoun = _actor(text, match.start(), bodies)
        addressee, begin = _addressee(text, match, end, verb, bodies)
        opens = text[begin:end].rstrip().endswith(":")
        noun = _NOUN_PHRASE.search(text, begin, end)
        if noun is not None:
            if verb != "request":
                continue
            end = noun.start()
        while begin < end and text[begin] in " ,:":
            begin += 1
        last = end
        while last > begin and text[last - 1] in " ,:":
            last -= 1
        clause = text[max(0, match.start() - 12) : match.end()]
        proposed = _PROPOSED.search(clause) is not None
        yield Directive(verb, match.span("verb"), actor, pronoun, addressee, (begin, last), opens, proposed)


def _is_verb(text: str, match: re.Match[str]) -> bool:
    verb, end = match["verb"], match.end()
    if text[end : end + 1] in (",", ";", "。"):  # 受缔约方会议委托, 应其之请,
        return False
    if verb in ("请", "邀请") and text[end : end + 1] in "了回":
        return False
    if verb == "邀请" and _NOUN_AFTER.match(text, end):
        return False
    if verb not in _NOUNS:
        return True
    if _NOUN_AFTER.match(text, end) and not text.startswith(":", end):
        return False
    if match["adverbs"]:
        return True
    return _NOUN_BEFORE.search(text[max(0, match.start() - 8) : match.start()].rstrip()) is not None


def _joins(between: str) -> bool:
    """Whether what stands between a comma and the next directive is only who acts."""
    return len(between) <= 30 and not re.search(r"[(《]", between)


def _actor(text: str, start: int, bodies: Spans) -> tuple[tuple[int, int] | None, bool]:
    floor = max(0, start - 90)
    marks = [match.end() for match in _CLAUSE_START.finditer(text, floor, start)]
    begin = marks[-1] if marks else floor
    clause = text[begin:start].rstrip()
    if not clause or _PRONOUN.search(text[max(0, start - 40) : start].rstrip()):
        return None, True
    end = begin + len(clause)
    for first, last in reversed(bodies.within(begin, end)):
        if re.fullmatch(_GAP, text[last:end].strip()):
            while (earlier := bodies.closing(first)) is not None and earlier >= begin:  # 科技委 + 主席团
                first = earlier
            return (first, last), False
    match = _ACTOR.search(clause)
    if match is None:
        return None, True
    return (begin + match.start("actor"), begin + match.end("actor")), False


def _addressee(
    text: str, match: re.Match[str], end: int, verb: DirectiveVerb, bodies: Spans
) -> tuple[tuple[int, int] | None, int]:
    """The span of who shall act, and where the action begins."""
    begin = match.end()
    if verb == "decide":
        return None, begin
    if text.startswith("了", begin):
        begin += 1
    window = text[begin : min(end, begin + 110)]
    if verb in ("recommend", "propose") and not re.match(_BODY_START, window):
        return None, begin
    known_end = bodies.opening(begin)
    known = known_end - begin if known_end is not None and known_end <= end else 0
    if not known and _STARTER.match(window):
        return None, begin
    fallback: int | None = None
    for suffix in re.finditer(_BODY, window):
        after = suffix.end()
        if after < known:
            continue
        following = _ASIDE.match(window, after)
        at = after if following is None else following.end()
        if _SEPARATOR.match(window, at) and not _acts(window, at):
            continue
        if window[at : at + 1] in ("的", "间"):
            continue
        fallback = after if fallback is None else fallback
        if window[at : at + 1] in (":", ",", "") or _STARTER.match(window, at):
            return (begin, begin + after), begin + at
    if known:
        return (begin, begin + known), begin + known
    if fallback is not None and verb not in ("recommend", "propose"):
        return (begin, begin + fallback), begin + fallback
    return None, begin


_ASIDE = re.compile(r"\([^()]{1,40}\)|之间")
_BODY_START = rf"[^,，。;:]{{0,24}}?{_BODY}(?:[:在考从向将通]|$)"


def _acts(window: str, at: int) -> bool:
    """Whether 与 or 同 opens the action (与秘书处合作) rather than joins a second addressee."""
    return (
        window[at : at + 1] in ("与", "同")
        and re.match(r"[与同][^,，。;]{1,24}?(?:合作|协作|协调|一道|一起|分享)", window[at:]) is not None
    )


def report_to(text: str, start: int, end: int, bodies: Spans) -> tuple[int, int] | None:
    """The span of the body that shall be reported to, within ``text[start:end]``."""
    match = _REPORT.search(text, start, end)
    if match is None:
        return None
    first, last = match.span("to")
    known = bodies.opening(first)  # 公约缔约方会议第五届会议 without what follows
    return first, known if known is not None and known <= last else last


def session(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of the session by which it shall be done (第十四届会议)."""
    match = _SESSION.search(text, start, end)
    return None if match is None else match.span()


_SUBJECT_BEFORE = re.compile(r"(?:^|[。;\n,])(?:《[^》]{1,60}》|\([^()]{1,40}\)|[\u4e00-\u9fff]{0,16}公约)*$")


def is_subject(text: str, start: int) -> bool:
    """Whether a body named at ``start`` opens a clause, so that later words may stand for it."""
    return _SUBJECT_BEFORE.search(text[max(0, start - 110) : start]) is not None

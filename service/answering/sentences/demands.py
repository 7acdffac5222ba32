"""What an answer has to show besides the words of the question: a cause, a name, a list, a decision.

A near miss is about the right thing and lacks just this. Signs are looked for in the sentence that is quoted
and its neighbours; they are weighed, not required: a cause may be told without "because".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ingest.facts.numerals import small
from ingest.symbols import find_references
from service.answering.asking.question import Question
from service.answering.words.telling import REASON, asks_person, names_person

__all__ = ["DEMANDS", "SALIENT", "decisions", "unmet"]

DEMANDS: Final = ("causeless", "nameless", "unreferenced", "unlisted")
"""What :func:`unmet` returns, in order, each 0 where nothing of the kind is asked for.

``causeless``: 1 if a reason is asked for and nothing tells one. ``nameless``: 1 if a person is asked for and
nobody is named. ``unreferenced``: share of the decisions and resolutions named in the question that the
paragraph doesn't name. ``unlisted``: share of the things asked for (at least two, or as many as the
question says) that the sentence has no room for between its commas.
"""

_SEPARATOR: Final = re.compile(r"、|[;；]|,\s|\s(?:and|or|&)\s|[和与及]|\([a-z]{1,4}\)|（[a-z]{1,4}）")
_COUNTED: Final = re.compile(
    r"哪(?P<zh>[两二三四五六七八九十])|那(?P<those>[两二三四五六七八九十]|1?\d)\S{0,12}(?:哪[一几]?(?:位|家|个[?？]?$|些)|是谁|分别)|"
    r"\b(?:which|what|name|list)\s+(?:the\s+)?(?P<en>two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)

SALIENT: Final[Mapping[str, str]] = {
    "act": (
        "推迟 延期 延长 提前 取消 拒绝 否决 终止 撤回 撤销 暂停 中止 辞职 辞去 离任 搬迁 迁移 "
        "更换 替换 合并 扩大 缩减 减少 增加 提高 降低 反对 批评 关闭 解散 禁止 处罚 起诉 生效 "
        "开工 签署 签字 退出 加入 批准 捐款 捐赠 资助 承办 主办 主持 撰写 起草 翻译 出版 印刷 "
        "发布 投票 表决 赞成 道歉 抗议 抱怨 失败 成功 丢失 逮捕 解雇 解职 免职 提名 选举 当选 "
        "任命 聘用 招聘 采购 租用 购买 出售 贷款 还款 审计 postpone delay cancel refuse reject "
        "veto terminate withdraw revoke suspend resign quit move relocate transfer replace merge "
        "expand cut reduce increase raise lower oppose object criticize close dissolve ban "
        "prohibit punish sue sign leave join ratify donate sponsor host chair moderate write "
        "draft translate publish print launch vote apologize protest complain fail succeed lose "
        "arrest dismiss fire nominate elect appoint hire recruit buy purchase sell lend repay "
        "audit boycott abandon scrap drop overturn reverse"
    ),
    "role": (
        "主席 组长 主任 团长 所长 院长 作者 报告员 协调员 负责人 主持人 发言人 秘书 检查员 顾问 "
        "部长 大使 总干事 司长 处长 执笔 姓名 名字 chair chairman chairperson president director "
        "author rapporteur coordinator facilitator moderator speaker secretary inspector "
        "consultant minister ambassador head leader convener officer name surname"
    ),
    "amount": (
        "人数 经费 费用 预算 资金 成本 开支 金额 收入 工资 薪金 租金 页数 面积 长度 重量 票数 "
        "席位 名额 比例 利率 温度 cost costs budget expense expenditure funding salary rent fee "
        "pages area length weight votes seats quota percentage participants attendees attendance "
        "headcount staff temperature rate price"
    ),
}
"""Words that a near miss turns on: what is said to have happened, who is asked for, what is counted."""


def decisions(text: str) -> frozenset[str]:
    """Keys of the decisions and resolutions that ``text`` names."""
    return frozenset(reference.key for reference in find_references(text) if reference.kind != "document")


def unmet(question: Question, around: str, sentence: str, paragraph: str) -> tuple[float, ...]:
    """Of length len(DEMANDS); ``around`` is the sentence with its neighbours."""
    text = question.text
    wanted = decisions(text)
    there = decisions(paragraph) if wanted else wanted
    return (
        float(REASON.is_asked(text) and not REASON.is_told(around)),
        float(asks_person(text) and not names_person(text, around)),
        len(wanted - there) / len(wanted) if wanted else 0.0,
        _unlisted(question, sentence),
    )


def _unlisted(question: Question, sentence: str) -> float:
    if question.asks == "date":
        # "Which two days" is answered by an interval.
        return 0.0
    match = _COUNTED.search(question.text)
    if match is not None:
        word = (match["zh"] or match["those"] or match["en"]).lower()
        expected = int(word) if word.isdigit() else small(word)
    elif any(want.several for want in question.wants):
        expected = 2
    else:
        return 0.0
    return max(0.0, 1.0 - (len(_SEPARATOR.findall(sentence)) + 1) / expected)

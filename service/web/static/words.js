// Everything that the page itself says, in both languages.

import { memory } from "./dom.js";

export const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
export const other = language === "zh" ? "en" : "zh";

const COUNT = new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en-GB");

/** What is said under `key`, with `{0}`, `{1}` … filled in. */
export function t(key, ...given) {
  const said = WORDS[key][language === "zh" ? 1 : 0];
  return said.replace(/\{(\d)\}/g, (_, place) => {
    const value = given[Number(place)];
    return typeof value === "number" ? COUNT.format(value) : String(value);
  });
}

export function n(count, one, many) {
  return t(count === 1 ? one : many, count);
}

export function speak(chosen) {
  memory.set("language", chosen);
  location.reload();
}

export const NAMES = { en: "English", zh: "中文" };

export function nameOf(code) {
  if (NAMES[code]) return NAMES[code];
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

/** A label as UN editors write it, in the language of the page. */
export function labelOf(thing) {
  return thing.label[language] ?? thing.label.en;
}

/**
 * A probability in the words of the IPCC's guidance note on the treatment of uncertainties (2010), which
 * delegates know; the number stands beside it.
 */
export function likelihood(confidence) {
  // Nothing that is estimated is certain.
  const percent = Math.min(99, Math.round(confidence * 100));
  const [, key] = [[0.9, "veryLikely"], [0.66, "likely"], [0.33, "aboutAsLikely"], [0, "unlikely"]]
    .find(([least]) => confidence >= least);
  return t(key, percent);
}

const WORDS = {
  tagline: ["Questions over United Nations documents, answered with the sentence and the paragraph.",
    "就联合国文件提问，答案附原文句子和段号。"],
  navigation: ["Main", "主导航"],
  skip: ["To the content", "跳到正文"],
  ask: ["Ask", "提问"],
  documents: ["Documents", "文件"],
  mandates: ["Mandates", "授权与任务"],
  timeline: ["Timeline", "时间线"],
  switch: ["中文", "English"],
  switchName: ["中文：用中文显示界面", "English: show the interface in English"],
  theme: ["Colours: {0}", "配色：{0}"],
  themeauto: ["automatic", "自动"],
  themelight: ["light", "浅色"],
  themedark: ["dark", "深色"],
  interface: ["Interface for programs", "程序接口"],
  keys: ["Keys", "快捷键"],
  keyAsk: ["ask", "提问"],
  keyArrows: ["through the citations", "逐条查看引文"],
  keyOpen: ["open the paragraph", "打开该段"],
  keyBack: ["back to the question", "回到问题"],
  question: ["Your question", "您的问题"],
  placeholder: ["When, who, how many, under which decision …", "何时、何人、多少、依据哪项决定……"],
  submit: ["Ask", "提问"],
  answerIn: ["Answer in", "回答语言"],
  questionLanguage: ["the question's language", "与问题相同"],
  searchIn: ["Search in", "检索范围"],
  allDocuments: ["all documents", "全部文件"],
  examples: ["For example", "例如"],
  recent: ["Your recent questions", "最近的问题"],
  forget: ["Forget them", "清除"],
  holdings: ["{0} documents · {1} paragraphs", "{0} 份文件 · {1} 段"],
  working: ["Reading the documents …", "正在查阅文件……"],
  answered: ["Answer", "答案"],
  partial: ["Part of the answer", "部分答案"],
  partialNote: ["The documents answer only part of what was asked.", "文件只回答了所问的一部分。"],
  conflicting: ["The paragraphs disagree", "各段说法不一"],
  conflictingNote: ["All of them are cited below: read them before you rely on one.", "以下列出全部相关段落，引用前请逐一核对。"],
  veryLikely: ["Very likely right ({0}%)", "很可能正确（{0}%）"],
  likely: ["Likely right ({0}%)", "可能正确（{0}%）"],
  aboutAsLikely: ["About as likely right as not ({0}%): check the paragraph", "正误可能各半（{0}%）：请核对原段"],
  unlikely: ["Unlikely to be right ({0}%): check the paragraph", "正确的可能较小（{0}%）：请核对原段"],
  confidenceHelp: ["Estimated probability that the first citation answers the question", "首条引文回答了该问题的估计概率"],
  kinddate: ["Date", "日期"],
  kindnumber: ["Number", "数字"],
  kinddecision: ["Decision", "决定"],
  kindbody: ["Body", "机构"],
  kindplace: ["Place", "地点"],
  kindlist: ["List", "清单"],
  citations: ["Where it says so", "出处"],
  citation: ["Citation {0}", "引文{0}"],
  digest: ["sample digest, not an official text", "样本摘要，非正式文本"],
  missing: ["no {0} version in this index", "索引中没有{0}文本"],
  noText: ["This paragraph has no {0} version here.", "此处没有该段的{0}文本。"],
  official: ["Official text", "正式文本"],
  officialHelp: ["{0} at docs.un.org, outside this service", "docs.un.org 上的 {0}（外部网站）"],
  open: ["Open in the document", "在文件中打开"],
  copyCitation: ["Copy citation", "复制引文出处"],
  copyCitationName: ["Copy the citation in {0}: {1}", "复制{0}引文出处：{1}"],
  copyQuote: ["Copy quote", "复制原文"],
  copyQuoteName: ["Copy the quote of citation {0} with its source", "复制引文{0}的原文及出处"],
  copyLink: ["Copy link", "复制链接"],
  copyAnswer: ["Copy answer", "复制答案"],
  copied: ["Copied: {0}", "已复制：{0}"],
  copyFailed: ["This browser did not allow it: select the text and copy it yourself.", "浏览器不允许此操作，请自行选择文字复制。"],
  share: ["Share", "分享"],
  print: ["Print", "打印"],
  not_found: ["Not in the documents.", "文件中没有答案。"],
  no_evidence: ["No paragraph in this index answers the question well enough to be cited. That is a result too: nothing was made up.",
    "索引中没有哪一段足以作为该问题的答案加以引用。这本身也是结果：没有编造任何内容。"],
  unknown_document: ["The question names a document that is not in this index.", "问题所指的文件不在本索引中。"],
  not_a_question: ["This does not ask anything about the documents.", "这不是一个关于文件内容的问题。"],
  unknownDocuments: ["Not in this index: {0}", "不在本索引中：{0}"],
  tryThis: ["What helps", "可以尝试"],
  tipName: ["Name the body, meeting or decision, as its document does.", "写出机构、会议或决定在文件中的名称。"],
  tipOne: ["Ask for one thing at a time: a date, a number, a decision, a body.", "一次只问一件事：日期、数字、决定或机构。"],
  tipDocuments: ["See which documents there are.", "查看收录了哪些文件。"],
  nearest: ["Nearest paragraphs", "最接近的段落"],
  notAnAnswer: ["not an answer", "并非答案"],
  notAnAnswerNote: ["These come closest in their words or subject. They do not answer the question.", "这些段落在措辞或主题上最接近，但并没有回答该问题。"],
  alsoNear: ["Also near", "其他相近段落"],
  notice: ["Note", "说明"],
  problem: ["That did not work.", "未能完成。"],
  unreachable: ["The service did not answer. Check the network, then ask again.", "服务没有响应。请检查网络后重试。"],
  unavailable: ["The service is running, but it has no index to answer from yet.", "服务正在运行，但还没有可供检索的索引。"],
  again: ["Try again", "重试"],
  measured: ["Answered in {0} ms", "用时 {0} 毫秒"],
  indexed: ["index {0}", "索引 {0}"],
  outline: ["Outline", "目录"],
  showAs: ["Show", "显示"],
  both: ["Both", "对照"],
  searchWithin: ["Search in this document", "在本文件中查找"],
  previous: ["Previous match", "上一处"],
  next: ["Next match", "下一处"],
  matches: ["{0} of {1}", "{0}/{1}"],
  noMatch: ["no match", "无匹配"],
  paragraph: ["Paragraph {0}", "第{0}段"],
  linkTo: ["Link to {0}", "{0} 的链接"],
  summary: ["Summary", "概要"],
  cites: ["Refers to", "提及"],
  citedByOne: ["Referred to in 1 paragraph", "有 1 段提及本段"],
  citedBy: ["Referred to in {0} paragraphs", "有 {0} 段提及本段"],
  citedByOther: ["Referred to in 1 paragraph of other documents", "其他文件中有 1 段提及本文件"],
  citedByOthers: ["Referred to in {0} paragraphs of other documents", "其他文件中有 {0} 段提及本文件"],
  andMore: ["and {0} more", "另有 {0} 段"],
  latersuperseded: ["Replaced: read instead", "本文件已被取代，请阅读"],
  latercorrected: ["Corrected: read also", "本文件已更正，请一并阅读"],
  lateramended: ["Amended: read also", "本文件已修正，请一并阅读"],
  latersupplemented: ["Added to by", "补充文件："],
  earliersuperseded: ["Replaces", "取代"],
  earliercorrected: ["Corrects", "更正"],
  earlieramended: ["Amends", "修正"],
  earliersupplemented: ["Adds to", "补充"],
  footnotes: ["Footnotes", "脚注"],
  noParagraph: ["This document has no paragraph {0}. It is shown from its beginning.", "本文件没有 {0} 段，现从头显示。"],
  unknownTitle: ["This document is not in the index.", "索引中没有这份文件。"],
  toDocuments: ["All documents", "全部文件"],
  asData: ["As data (JSON)", "数据（JSON）"],
  oneParagraph: ["1 paragraph", "1 段"],
  paragraphs: ["{0} paragraphs", "{0} 段"],
  documentsLead: ["What answers are looked for in.", "答案即出自以下文件。"],
  filterDocuments: ["Filter by symbol or title", "按文号或标题筛选"],
  askHere: ["Ask this document", "就此文件提问"],
  filters: ["Filters", "筛选"],
  actor: ["Who asks", "提出者"],
  names: ["Body or treaty", "机构或条约"],
  addressee: ["Who is to act", "执行者"],
  action: ["Words", "措辞"],
  decision: ["Decision", "决定"],
  decisionHint: ["21/COP.12 or A/RES/63/218", "21/COP.12 或 A/RES/63/218"],
  from: ["From", "起"],
  to: ["To", "止"],
  dateHint: ["2017, 2017-03 or 2017-03-21", "2017、2017-03 或 2017-03-21"],
  document: ["Document", "文件"],
  reset: ["Clear", "清除"],
  download: ["Download", "下载"],
  csv: ["CSV for spreadsheets", "CSV（电子表格）"],
  ics: ["iCalendar", "iCalendar（日历）"],
  mandatesLead: ["Who asks or authorises whom to do what, under which decision, by when: read out of the paragraphs, each with its place.",
    "谁要求或授权谁做什么，依据哪项决定，何时完成：均从各段读出，并注明出处。"],
  who: ["Who", "提出者"],
  verb: ["asks", "方式"],
  whom: ["Whom", "执行者"],
  what: ["To do what", "任务"],
  when: ["By when", "时限"],
  where: ["Paragraph", "段落"],
  proposed: ["proposed", "建议"],
  proposedHelp: ["Not decided yet: the paragraph suggests it", "尚未决定：该段提出的建议"],
  sorted: ["Sort by {0}", "按“{0}”排序"],
  oneMandate: ["1 mandate", "1 项"],
  someMandates: ["{0} mandates", "{0} 项"],
  noRecords: ["Nothing fits these filters.", "没有符合筛选条件的内容。"],
  timelineLead: ["Every dated fact in the documents, in order, each with its paragraph.", "文件中所有带日期的事实，按时间排列，并注明段落。"],
  oneFact: ["1 dated fact", "1 条带日期的事实"],
  someFacts: ["{0} dated facts", "{0} 条带日期的事实"],
  chart: ["Timeline chart", "时间线图"],
  chartHelp: ["Dots are days, bars are periods; squares under the axis name only a year. Years are as wide as what happens in them. Choose a year to look into it; with the keyboard, the arrows go from mark to mark and Enter opens its paragraph.",
    "圆点为某日，横条为时段，轴下方块只注明年份。各年宽度随其内容多少而定。点击年份可查看该年；用键盘时，方向键在标记间移动，回车键打开相应段落。"],
  chartCrowded: ["Each bar is a month, as tall as it has dated facts. Choose a month or a year to look into it; with the keyboard, the arrows go from bar to bar.",
    "每根柱代表一个月，高度为该月带日期的事实的数量。点击月份或年份可查看；用键盘时，方向键在柱间移动。"],
  wholeTime: ["All years", "全部年份"],
  yearZoom: ["Only {0}", "只看{0}年"],
  noYear: ["Without a year", "未注明年份"],
  date: ["Date", "日期"],
  sentence: ["What the paragraph says", "段落内容"],
  more: ["Only the first {0} of {1} are shown: narrow the filters, or download.", "仅显示前 {0} 条，共 {1} 条：请缩小筛选范围或下载。"],
};

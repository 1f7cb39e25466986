"""Right sentences on other years, features, offices and matters than the tables have: none is alarmed."""

from __future__ import annotations

import pytest

from govreport.checks.prose.reader import check_prose
from govreport.filing.filing import Filing
from govreport.forms.catalogue import Catalogue

NOW = {
    "new.natural": 84, "new.business": 9, "new.legal_service": 4, "new.other": 1, "new.total": 98,
    "carried_in.natural": 5, "carried_in.business": 1, "carried_in.total": 6,
    "total.natural": 82, "total.business": 9, "total.legal_service": 4, "total.other": 1, "total.total": 96,
    "granted.total": 41, "partial.total": 12, "denied.third_party.total": 4, "denied.internal.total": 2,
    "denied.process.total": 3, "denied.enforcement_file.total": 4, "unable.not_held.total": 15,
    "unable.must_create.total": 3, "unable.unclear.total": 1, "not_processed.petition.total": 5,
    "not_processed.repeat.total": 2, "other.no_correction.total": 3, "other.other.total": 1,
    "carried_out.natural": 7, "carried_out.business": 1, "carried_out.total": 8,
}  # fmt: skip
BESIDE = {
    "disputes.reconsideration.upheld": 9, "disputes.reconsideration.corrected": 2, "disputes.reconsideration.other": 3,
    "disputes.reconsideration.pending": 1, "disputes.reconsideration.total": 15,
    "disputes.litigation.direct.upheld": 3, "disputes.litigation.direct.corrected": 1,
    "disputes.litigation.direct.other": 1, "disputes.litigation.direct.pending": 1,
    "disputes.litigation.direct.total": 6, "disputes.litigation.after_reconsideration.upheld": 2,
    "disputes.litigation.after_reconsideration.pending": 1, "disputes.litigation.after_reconsideration.total": 3,
    "proactive.normative.issued": 7, "proactive.normative.repealed": 4, "proactive.normative.in_force": 52,
    "proactive.licensing.decisions": 3260, "proactive.penalty.decisions": 187, "proactive.coercion.decisions": 12,
}  # fmt: skip
LAST = {
    "applications.new.total": 80, "applications.carried_in.total": 4, "applications.granted.total": 35,
    "applications.total.total": 78, "applications.carried_out.total": 6, "disputes.reconsideration.total": 12,
}  # fmt: skip


def told(text: str) -> list[tuple[str, object]]:
    """Rules and stated figures of errors and warnings."""
    zeros = dict.fromkeys(Catalogue.read().compose(2023).cells, 0)
    cells = zeros | {f"applications.{name}": figure for name, figure in NOW.items()} | BESIDE
    now = Filing.from_cells("shili-bureau", "示例市示例局", 2023, cells)
    last = Filing.from_cells("shili-bureau", "示例市示例局", 2022, LAST)
    found = [one for one in check_prose(now, {1: text}, last) if one.severity != "notice"]
    return [(one.rule, one.identities[0].stated) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "1至10月，受理申请76件，办结70件；11至12月，受理申请22件，办结26件。",
        "2020—2022年，行政诉讼分别为3件、4件、7件。",
        "2020年至2022年三年新收分别为59件、66件、80件，2023年新收98件，高于三年平均数68件。",
        "2021—2023年共发生行政复议37起，年均12.3起。",
        "专题栏目12个，其中新建5个、升级7个、纳入集约化平台12个。",
        "作出行政处罚决定187件，其中警告64件、罚款166件、没收违法所得12件，部分案件并处。",
        "依申请公开平台收到61件，其中自然人55件、企业6件。",
        "门户网站依申请公开系统收到在线申请61件。",
        "全年通过网络收到申请61件，信函申请30件，当面申请7件。",
        "全市依申请公开行政复议纠错率13.5%，我局为13.3%。",
        "全市新收申请同比增长8.1%，我局新收申请同比增长22.5%。",
        "全年办理行政复议申请126件，其中我局作为复议机关受理126件，涉及政府信息公开的7件。",
        "全年发布政策解读42篇，其中文字解读42篇、图解31篇、视频解读12篇。",
        "全部申请均按时限要求进行答复。",
        "公开信息2310条，其中通过网站发布2310条，通过微信同步发布645条，政务微博发布410条。",
        "到期应办结的申请全部按时办结。",
        "制发规范性文件7件，全部进行了政策解读，其中图解5件、专家解读3件、负责人解读4件。",
        "制发规范性文件7件，其中公开征求意见6件，召开听证会2次，合法性审核7件。",
        "办结申请96件，其中提前办结58件，自然人82件，予以公开41件。",
        "发布稿件310篇，其中原创280篇、首发246篇、图文并茂198篇。",
        "受理信访复查申请9件，维持7件、撤销2件。",
        "受理行政复议15件，其中不服不予公开答复5件，不服信息不存在答复6件，书面审理15件。",
        "召开新闻发布会4场，其中局主要负责人出席3场，网络直播4场。",
        "各派出所未发生行政复议。",
        "同期行政复议由10件、12件升至15件，行政诉讼由4件、7件升至9件。",
        "回顾上年，80件申请中予以公开35件、部分公开9件、不予公开10件、无法提供18件。",
        "复议15件，其中书面审理15件、听证2件、调解1件。",
        "对收到的申请，我局均在法定期限内予以答复。",
        "年中在办12件，年末在办8件。",
        "我局制发7件，局属单位无规范性文件制发权。",
        "我局对下级单位答复的37件申请进行抽查。",
        "我局直属单位公开信息812条，收到申请13件，均予以公开。",
        "截至12月20日，新收申请90件，办结86件。",
        "截至12月25日，共收到申请95件。",
        "截至报告日，尚在办理3件。",
        "截至本报告发布之日，上述结转的8件已全部答复。",
        "所收申请均依法在法定期限内作出答复或办理延期手续。",
        "收到申请98件，其中自然人84件，网络申请61件，涉及征地的41件。",
        "收到申请均能按时答复。",
        "政策文件31件，同步解读31件，其中图解29件、问答31件、专家访谈6件。",
        "文件公开前审查1860件，其中保密审查1860件、合法性审查126件。",
        "新收98件，其中首次申请83件、网上提交61件、自然人84件、涉及本年度信息52件。",
        "新收98件，较上年增加18件，其中上半年增加7件、下半年增加11件。",
        "新收申请98件，其中网上申请61件，自然人申请84件，补正12件。",
        "新收申请均在规定期限内作出答复或者依法延期。",
        "期初在办6件，本期新增98件，本期办结96件，期末在办8件。",
        "期末未办结8件，期初未办结6件。",
        "本年申请全部依法答复或结转下年度继续办理。",
        "查档申请277件，提供复印件1310页。",
        "申请数量四年间由59件、66件、80件上升至98件，四年累计303件。",
        "申请量从66件、80件一路攀升至98件，三年累计244件。",
        "网络申请61件中，予以公开29件，部分公开7件。",
        "行政处罚187件，其中罚款166件，责令改正142件，公示187件。",
        "行政许可3260件，其中不见面办理2973件、一次办结3102件、容缺受理45件。",
        "行政许可3260件，其中涉企2215件、网上办结2973件、提前办结3200件。",
        "行政诉讼9件，其中原告为自然人8件，负责人出庭6件，胜诉5件。",
        "规范性文件7件，其中公平竞争审查7件、合法性审核7件、集体讨论7件。",
        "近四年累计受理申请303件，年均约76件。",
        "全年认定主动公开77件、依申请公开20件、不公开31件。",
        "公文属性：主动公开31件，依申请公开12件，不予公开8件。",
        "涉及征地的申请40件，其中予以公开12件、不予公开28件。",
        "关于拆迁的政府信息公开申请中，自然人12件。",
        "上半年收到申请50件（上年40件）。",
        "新收98件；上年40件来自自然人。",
        "2022年至2023年办结申请174件。",
        "全年收到申请98件，办理信访12件。",
        "全年收到申请98件。信访举报120件，均已办理。",
        "收到申请98件，其中网络申请98件、延期答复2件。",
        "行政复议15件，比上年增加3件，其中征地类复议增加2件。",
        "新收申请98件，比上年增加18件，其中征地类申请增加9件。",
        "与上年相比，新收量增加18件，公开信息量增加540条。",
        "申请渠道由上年的3个增至4个，申请量增加18件。",
        "行政复议15件、行政诉讼9件，其中维持14件、纠正3件、其他4件、尚未审结3件。",
    ],
)
def test_what_the_tables_do_not_hold_is_not_held_to_them(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "rule", "stated"),
    [
        ("新收申请98件，其中首次申请83件、再次申请25件。", "N2", 98),
        ("新收申请98件，其中网上申请61件、信函申请39件。", "N2", 98),
        ("申请量从66件、80件一路攀升至98件，三年累计264件。", "N2", 264),
        ("新收申请98件，全部按期办结。", "N5", 0),
        ("我局新收申请同比增长8.1%。", "N4", 8.1),
        ("我局政府信息公开行政复议纠错率23.5%。", "N3", 23.5),
        ("新收申请98件，办结89件。", "N1", 89),
        ("截至12月31日，新收申请90件。", "N1", 90),
        ("新收申请98件，比上年增加28件。", "N4", 28),
    ],
)
def test_the_same_is_told_where_the_tables_hold_it(text: str, rule: str, stated: float) -> None:
    assert [(one, float(str(figure))) for one, figure in told(text)] == [(rule, stated)]

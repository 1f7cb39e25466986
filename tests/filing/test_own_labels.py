"""What labels of an analyst's own tables say, and what sounds like it and says something else."""

from __future__ import annotations

import pytest

from govreport.filing.own_table import OwnTable, is_total, tells

SAY = {
    "year": (
        "2023 2023年 2023年度 ２０２２年 2022年合计 2023合计 2023年度总计 1999年 2022年网站 2022年12月"
        " 2022年结转 2000年以前 二〇二三年 二○二三年度 二零二二年合计",
        "2000元以下 1999人 2023号文件 2000-3000元 2021-2023年合计 2021年至2023年合计 20230 本年 网站2023年"
        " 合计 1850年 2000计划 二〇二三号 二三年 二十年",
    ),
    "subtotal": (
        "小计 小　计（件） 线上小计 本页小计 小計",
        "小计算机 网站总数 累计 2022年 上年小计 去年同期小计 办结率小计 线上合计 合计 共计",
    ),
    "stem": ("线上合计 线上小计（件） 线上发布總計：", "合计 小计 线上网站 合计数 公开总数 线上合计算"),
    "among": ("其中：政务 其中 #其中：政务", "集其中 小计"),
    "unit": (
        "其中：网络（件） 参训人数 培训场次 涉案金额（万元） 阅读量",
        "网络 受理件数 其中：原创",
    ),
    "within": (
        "其中：政务 其中 #其中：政务 小计 小　计 小計 小计（件） 小计： 本年小计 本页小计",
        "线上小计 小计算机 小计算器（台） 网站 集其中 网站小计 累计 线上合计",
    ),
    "repeats": (
        "其中：政务 小计 小计（件） 线上小计 累计 本年累计 历年累计 2023年累计 截至2023年底累计 累计数 累计（件）",
        "小计算机 累计至上年 累计收件 网站 设计 线上合计 截至上年 累计误差 小计划",
    ),
    "named": (
        "线上合计 网站总数 上半年合计 线上合计（件） 线上总和 网络与当面之和 累计收件 2022年 2023年度 各科室共计",
        "合计 总数 共计 设计 统计 会计 合计办 累计至上年 2022年结转 2022年12月 之和 总数据 合计划 线上小计",
    ),
    "carried": (
        "上年结转 上年转入 上年遗留 上年未办结 上年在办 上年接转 上年度结转（件） 2022年结转 累计至上年"
        " 上年未完成 上年剩余 上年转来 以前年度遗留 上年未答复 上年待办 上年结余 上年积压 上年末未审结",
        "上年 上年办结 上年新收 去年受理 上年合计 2022年 转发 上年未公开 上年转发 结案 网站转载 上年总数",
    ),
    "compared": (
        "上年 去年 上年度 上年同期 去年同期 同期 同期数 2022年同期 同比 同比增减 环比 比上年增加 较去年增减"
        " 与上年相比 上年办结 上年新收 上年合计 往年 前年 以前年度 历年 增减 增减（件） 增减数 增减情况 变化"
        " 变化量 变化情况 增幅 增速（%） 件数（上年） 受理数上年 比上季增加",
        "上年结转 上年转入 上年遗留 上年未办结 上年度在办 累计至上年 线上年检 网上年报 线上年度 较上海 比上海"
        " 变化类 增速快的 增减挂钩 合同期满 合同比例 共同期限 不同期限 循环比 上海 上半年 本年新收 上报 上级"
        " 之前年份 目前年度 变动登记",
    ),
    "rate": (
        "办结率 办结率（%） 办结　率（％） 占比 占比（%） 比例 比重 百分比 办结（%） 死亡（‰） 办结% 平均值"
        " 平均天数 平均天数（天） 人均 人均件数 日均 月均访问量 全年平均 公开率（2023年） 均值 增幅 增速 同比"
        " 频率 效率 占比* 占比：",
        "90%以上 80%至90% 90% 30%以上（家） 100% 平均处理5天以内 高频率 低频率 高效率 办结率分组 占比高的"
        " 比例尺 比重大的 率先公开 平均以上 高于平均 低于平均水平 平均值以上 合同比 循环比 本人均已办结"
        " 均衡类 增速快的 件数 率队检查 比例失调",
    ),
    "percent": (
        "占比（%） 渠道（%） 死亡［‰］ （％）",
        "占比 办结率 办结率分组 90% （家） 30%以上（家）",
    ),
}
"""By what is told: labels that tell it, and labels that only resemble them."""
TOTALS = (
    "合计 合　计 合計 总计 總計 共计 总数 总合计 总和 计 共 之和 Total total 合计（条） 合计： 合计* 合计件数"
    " 合计金额 2023年合计 2023年度总计 二〇二三年合计 本年合计 今年共计 全年计 年度总计 各项合计 全市合计"
    " 三项总和 两者之和 两项合计 以上合计 1-12月合计 1月—12月合计 一至十二月合计 2023年1-12月合计"
    " 2021-2023年合计 2021年至2023年合计 全部总数",
    "上年合计 累计 小计 线上合计 网站总数 上半年合计 1-3月合计 设计 统计 会计 共同 公共 合计办 总数据 网站"
    " 之和谐 Totals 计算机 共享 一季度合计 上年总数 合计划 网络与当面之和 2022年12月",
)
PARTS = (
    "上年转入 上年遗留 上年结转 上年未办结 上年在办 2022年结转 累计至上年 小计算机 较上海 变化类 增速快的"
    " 网上年报 平均处理5天以内 90%以上 2000元以下 合同期满 2023年1月 设计 一季度"
)
DOUBTFUL = (
    "上年 去年 上年同期 上年合计 2022年 累计 累计收件 增减 同比 环比 变化 办结率 平均天数 线上合计 网站总数"
    " 线上小计 历年 以前年度 比上年增加"
)


@pytest.mark.parametrize("what", SAY)
def test_a_label_says_what_it_means_and_nothing_that_its_letters_only_resemble(what: str) -> None:
    means, resembles = (text.split(" ") for text in SAY[what])
    assert [label for label in means if not tells((label,), what)] == []
    assert [label for label in resembles if tells((label,), what)] == []


def test_labels_of_totals_are_known_and_those_of_other_sums_and_words_are_none() -> None:
    totals, others = (text.split(" ") for text in TOTALS)
    assert [label for label in totals if not is_total((label,))] == []
    assert [label for label in others if is_total((label,))] == []


@pytest.mark.parametrize("first", PARTS.split(" "))
def test_a_row_that_is_a_part_by_its_words_is_added(first: str) -> None:
    table = OwnTable.read(f"项目,件数\n{first},5\n本部,3\n", "t")
    assert table.with_total("合计").values[-1] == (8,) and table.doubtful == []


@pytest.mark.parametrize("row", DOUBTFUL.split(" "))
def test_no_total_is_added_where_words_do_not_tell_whether_a_row_is_a_part(row: str) -> None:
    table = OwnTable.read(f"项目,件数\n网站,5\n{row},4\n本部,3\n", "t")
    assert table.with_total("合计").values[-1] == (None,) and table.doubtful == [(row,)]


@pytest.mark.parametrize("first", ["其中：政务", "小计", "总数"])
def test_what_is_within_nothing_that_stands_before_it_is_no_row_to_leave_out(first: str) -> None:
    table = OwnTable.read(f"项目,件数\n{first},5\n本部,3\n", "t")
    assert table.with_total("总计").values[-1] == (None,) and table.doubtful == [(first,)]

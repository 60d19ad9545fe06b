//! The words of the map.

use super::words;

words! {
    /// A word of the map.
    Word {
        Title "网格地图" "Map";
        Of "{} · 网格地图" "{} · map";
        Level "区域" "Areas";
        Street "街道" "Streets";
        Community "社区" "Communities";
        Grid "网格" "Grids";
        Figure "着色" "Shaded by";
        Open "在办件" "Open";
        Overdue "其中超期" "Overdue";
        Per1000 "每千人在办" "Open per 1,000";
        Population "常住人口" "Residents";
        Show "查看" "Show";
        WholeCity "返回全市" "The whole city";
        Legend "图例" "Legend";
        Span "{} 至 {}" "{} to {}";
        Over "超过 {}，至 {}" "over {}, to {}";
        Unknown "无数据" "not known";
        Table "区域一览" "Areas in a table";
        Area "区域" "Area";
        Elsewhere "不在以上区域的在办件" "Open cases in none of these areas:";
        How "在办件为尚未办结的案件；超期指处置时限已过且时钟仍在走。案件归入其受理时所在区域。颜色与底纹表示同一分级，各级等距。" "Open: cases that have not ended. Overdue: handling is past due and its clock is running. A case counts where it lay when it was accepted. Colour and pattern show the same steps, which are equally wide.";
        Points "案件位置" "Places of open cases";
        PointsHow "只显示您可查看的在办案件，最多 500 件。点按打开案件。" "Open cases that you may see, at most 500. Each opens its case.";
        Placeless "{} 件没有可显示的位置" "Without a place on the map: {}";
        Undrawn "无边界" "no boundary";
        EmptyTitle "尚无区域边界" "No boundaries yet";
        EmptyHint "管理员导入 boundaries.geojson 后显示地图；表中仍列出各区域件数。" "The map appears once an administrator imports boundaries.geojson; the table below counts all the same.";
        MapOf "{}：{} {}，{} {}" "{}: {} {}, {} {}";
        Case "案件 {}" "Case {}";
    }
}

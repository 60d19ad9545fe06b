//! The words of reporting: by residents, and by staff who blow the whistle with it.

use super::words;

words! {
    /// A word of a report.
    Word {
        Title "随手拍" "Report a problem";
        Choose "选择要反映的事项" "What is it about?";
        Search "事项名称或关键词" "Name of the matter";
        Find "查找" "Find";
        NothingFound "没有符合“{}”的事项" "Nothing matches “{}”";
        NothingHint "换一个词再找，或查看全部事项。" "Try another word, or look at all matters.";
        All "查看全部事项" "All matters";
        Closed "本市暂未开放不登录上报" "This city takes no reports here without login";
        ClosedHint "请拨打 12345，或向网格员、社区反映。" "Call 12345, or tell the grid officer or the community office.";
        ClosedWay "凭回执码查进度" "Follow a report by its receipt code";
        Matter "事项" "Matter";
        Change "重选" "Change";
        Expected "会怎样办" "What to expect";
        ExpectedBy "会怎样办：{} 前受理" "What to expect: accepted by {}";
        AcceptDue "受理" "Accepted by";
        Handle "办理时限" "Handling";
        HandleBy "受理后按“{}”，{}内办结" "as {}: within {} of acceptance";
        HandleOpen "受理后按“{}”，时限由会商或法律规定" "as {}: a meeting or the law sets the limit";
        Who "承办" "Handled by";
        ByPlace "按所在网格确定" "depends on the grid";
        Proposed "按本市事项清单和现行规则推算，以受理结果为准。" "From the catalogue and the rules in force; what is decided on acceptance applies.";
        Description "情况描述" "What is the problem?";
        DescriptionHint "选填，不超过 {} 字：什么问题、多久了、有无危险。" "Optional, at most {} characters: what it is, since when, whether it is dangerous.";
        DescriptionMost "不超过 {} 字" "At most {} characters";
        PlaceWhere "地址或定位，越具体办得越快。" "An address or a position: the more exact, the faster it can be handled.";
        Place "地点" "Where";
        PlaceHint "地址、网格、定位至少给一样，越具体办得越快。" "Give at least an address, a grid or a position: the more exact, the faster it can be handled.";
        Address "地址" "Address";
        AddressHint "如 东街 5 号门前" "for example: in front of 5 Dong Jie";
        Grid "所在网格" "Grid";
        GridAny "不清楚" "I do not know";
        GridCode "网格编号，见楼道公示牌" "the code on the notice board of the building";
        Locate "用手机定位" "Use my position";
        Locating "正在定位…" "Looking for the position…";
        Located "已定位：" "Position: ";
        NotLocated "未能定位，请填地址或选网格。" "No position was found; give an address or a grid.";
        Photo "照片" "Photo";
        PhotoHint "选填，JPEG、PNG 或 WebP。照片中的拍摄信息不会展示。" "Optional; JPEG, PNG or WebP. What the camera wrote into it is not shown.";
        Shrunk "照片已缩小，便于上传：" "Made smaller for sending: ";
        Phone "联系电话" "Phone";
        PhoneHint "选填，留空即匿名。号码加密保存，只有办理需要的人员可查看，每次查看都留痕。" "Optional: leave it empty to stay anonymous. It is kept encrypted; only who handles the case may read it, and each look is on record.";
        Send "提交上报" "Send the report";
        Again "没有提交成功，已填内容都在，请改正后再提交。" "It was not sent. What you typed is still there; correct it and send it again.";
        PhotoAgain "附了照片的，需重新选择。" "If there was a photo, choose it again.";
        WrongMatter "没有这个事项，请重新选择。" "There is no such matter; choose again.";
        WrongDescription "描述太长，最多 {} 字。" "Too long: at most {} characters.";
        WrongPlace "请至少填写地址、选择网格或定位。" "Give an address, a grid or a position.";
        WrongGrid "没有这个网格，请核对编号。" "There is no such grid; check the code.";
        WrongPoint "定位有误，请重新定位或填写地址。" "The position is wrong; try again or give an address.";
        WrongPhoto "照片收不下：应为 JPEG、PNG 或 WebP，不超过 {} MB。" "This photo cannot be taken: it has to be JPEG, PNG or WebP, at most {} MB.";
        WrongPhone "电话写得不对，请核对；也可留空匿名上报。" "Check the phone number, or leave it empty.";
        DraftFound "有一份未提交的草稿，要接着填吗？" "There is a draft that was not sent. Continue with it?";
        DraftUse "接着填" "Continue";
        DraftDrop "不要了" "Discard it";
        Sent "已收到您的上报" "Your report was received";
        SentCode "回执码，只显示这一次" "Your receipt code, shown only once";
        SentKeep "请截图、抄写或打印保存。查询进度只凭此码，系统不保存，丢失无法找回。" "Take a screenshot, write it down or print it. It is the only way to follow your report; it is not kept here and cannot be recovered.";
        SentTrack "查看办理进度" "Follow the report";
        SentMore "再报一件" "Report something else";
        Copy "复制回执码" "Copy the code";
    }
}

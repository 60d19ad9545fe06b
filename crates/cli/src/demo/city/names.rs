//! Invented, generic names. No real place, office or person is meant.

/// Streets, and what stands in their dedicated grid.
pub(super) const STREETS: [(&str, &str, &str); 7] = [
    ("古榕街道", "Gurong Street", "古榕商业广场"),
    ("澄湖街道", "Chenghu Street", "澄湖创业园"),
    ("云栖街道", "Yunqi Street", "云栖农贸市场"),
    ("北辰街道", "Beichen Street", "北辰物流园"),
    ("临港街道", "Lingang Street", "临港客运站"),
    ("望山街道", "Wangshan Street", "望山工业园"),
    ("新洲街道", "Xinzhou Street", "新洲大学城"),
];

/// Communities, five for each street in turn.
pub(super) const COMMUNITIES: [&str; 35] = [
    "榕荫", "槐安", "书院", "和睦", "桥南", "清水", "荷塘", "东渡", "柳堤", "望湖", "竹里", "松风",
    "茶亭", "听泉", "云岭", "星河", "北苑", "朝阳", "仓前", "晨光", "港湾", "渔歌", "锚地", "潮音",
    "海棠", "南坡", "石桥", "果园", "枫林", "梅坡", "新园", "学府", "沙洲", "白鹭", "芦溪",
];

/// Departments: code, name, English. The sample catalogue names the first eighteen.
pub(super) const DEPARTMENTS: [(&str, &str, &str); 26] = [
    ("dept-organisation", "组织部", "Organisation Department"),
    (
        "dept-city-management",
        "城市管理局",
        "City Management Bureau",
    ),
    ("dept-public-security", "公安分局", "Public Security Branch"),
    ("dept-culture", "文化和旅游局", "Culture and Tourism Bureau"),
    (
        "dept-human-resources",
        "人力资源和社会保障局",
        "Human Resources Bureau",
    ),
    (
        "dept-medical-security",
        "医疗保障局",
        "Medical Security Bureau",
    ),
    ("dept-water", "水务局", "Water Bureau"),
    (
        "dept-ecology",
        "生态环境分局",
        "Ecology and Environment Branch",
    ),
    ("dept-gardens", "园林绿化中心", "Parks and Gardens Centre"),
    ("dept-fire", "消防救援大队", "Fire and Rescue Brigade"),
    (
        "dept-housing",
        "住房和建设局",
        "Housing and Construction Bureau",
    ),
    (
        "dept-emergency",
        "应急管理局",
        "Emergency Management Bureau",
    ),
    ("dept-justice", "司法局", "Justice Bureau"),
    ("dept-civil-affairs", "民政局", "Civil Affairs Bureau"),
    ("dept-health", "卫生健康局", "Health Bureau"),
    ("dept-market", "市场监督管理局", "Market Regulation Bureau"),
    (
        "dept-data",
        "数据和政务服务局",
        "Data and Government Services Bureau",
    ),
    (
        "dept-disabled",
        "残疾人联合会",
        "Disabled Persons' Federation",
    ),
    ("dept-transport", "交通运输局", "Transport Bureau"),
    ("dept-education", "教育局", "Education Bureau"),
    ("dept-planning", "自然资源和规划局", "Planning Bureau"),
    ("dept-finance", "财政局", "Finance Bureau"),
    ("dept-veterans", "退役军人事务局", "Veterans Affairs Bureau"),
    ("dept-petition", "信访局", "Petition Bureau"),
    (
        "dept-development",
        "发展和改革局",
        "Development and Reform Bureau",
    ),
    ("centre", "网格指挥中心", "Grid Command Centre"),
];

/// Family names.
pub(super) const FAMILY: [&str; 24] = [
    "林", "陈", "黄", "郑", "吴", "许", "何", "郭", "谢", "罗", "梁", "宋", "唐", "韩", "冯", "董",
    "程", "曹", "袁", "邓", "傅", "沈", "曾", "彭",
];

/// Given names.
pub(super) const GIVEN: [&str; 36] = [
    "志远", "建平", "晓燕", "文静", "海波", "丽娟", "国栋", "雅琴", "俊杰", "秀兰", "明辉", "思源",
    "春梅", "子涵", "永强", "雪芳", "家豪", "玉珍", "立新", "佳宁", "泽宇", "慧敏", "长青", "若兰",
    "振华", "晓峰", "静怡", "守信", "安琪", "德明", "云帆", "素云", "启航", "美玲", "卫东", "诗雨",
];

/// Lanes and yards, for the place in words.
pub(super) const LANES: [&str; 16] = [
    "榕树巷",
    "太平里",
    "幸福路",
    "前进街",
    "同心苑",
    "文明巷",
    "平安里",
    "光明路",
    "团结新村",
    "和谐家园",
    "青年路",
    "胜利巷",
    "友谊街",
    "丰收里",
    "春晖苑",
    "长乐坊",
];

/// Numbers in words, for grids.
pub(super) const ORDINALS: [&str; 4] = ["一", "二", "三", "四"];

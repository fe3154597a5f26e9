"""What people call a timezone where neither IANA nor CLDR does: large cities without a zone of their own, and more."""

from collections.abc import Mapping

CITIES: Mapping[str, tuple[str, ...]] = {
    "Asia/Shanghai": (
        *("Beijing", "Shenzhen", "Guangzhou", "Hangzhou", "Chengdu", "Nanjing", "Wuhan", "Suzhou", "Tianjin"),
        *("Xi'an", "Hefei", "Xiamen", "Qingdao", "Dalian", "Zhengzhou", "Changsha", "Jinan", "Ningbo", "Dongguan"),
        *("北京", "深圳", "广州", "杭州", "成都", "重庆", "南京", "武汉", "苏州", "天津", "西安", "合肥", "厦门"),
        *("青岛", "大连", "郑州", "长沙", "济南", "哈尔滨", "宁波", "东莞", "北京时间", "中国时间", "东八区"),
    ),
    "Asia/Tokyo": ("Osaka", "Kyoto", "Yokohama", "Nagoya", "Fukuoka", "Sapporo", "大阪", "京都", "横滨", "名古屋"),
    "Asia/Seoul": ("Busan", "Incheon", "Daejeon", "Pangyo", "釜山", "仁川"),
    "Asia/Taipei": ("Hsinchu", "Taichung", "Kaohsiung", "新竹", "台中", "高雄"),
    "Asia/Kolkata": (
        *("Mumbai", "Bombay", "Delhi", "New Delhi", "Bangalore", "Bengaluru", "Hyderabad", "Chennai", "Pune"),
        *("Ahmedabad", "孟买", "新德里", "德里", "班加罗尔"),
    ),
    "Asia/Ho_Chi_Minh": ("Hanoi", "Da Nang", "河内"),
    "Asia/Jakarta": ("Bandung", "Surabaya"),
    "Asia/Karachi": ("Islamabad", "Lahore", "伊斯兰堡"),
    "Asia/Dubai": ("Abu Dhabi", "Sharjah", "阿布扎比"),
    "Asia/Riyadh": ("Jeddah", "Thuwal"),
    "Asia/Jerusalem": ("Haifa", "特拉维夫"),
    "Europe/Berlin": (
        *("Munich", "Hamburg", "Frankfurt", "Cologne", "Stuttgart", "Leipzig", "Dresden", "Heidelberg", "Bonn"),
        *("Düsseldorf", "Tübingen", "慕尼黑", "汉堡", "法兰克福", "科隆", "斯图加特"),
    ),
    "Europe/London": (
        "Cambridge",
        "Oxford",
        "Manchester",
        "Edinburgh",
        "Bristol",
        "剑桥",
        "牛津",
        "曼彻斯特",
        "爱丁堡",
    ),
    "Europe/Paris": ("Lyon", "Marseille", "Toulouse", "Grenoble", "Nice", "里昂", "马赛"),
    "Europe/Zurich": ("Geneva", "Basel", "Bern", "Lausanne", "Lugano", "日内瓦", "巴塞尔", "洛桑"),
    "Europe/Madrid": ("Barcelona", "Valencia", "Sevilla", "Bilbao", "巴塞罗那"),
    "Europe/Rome": ("Milan", "Turin", "Bologna", "Florence", "Naples", "米兰", "都灵"),
    "Europe/Amsterdam": ("Rotterdam", "The Hague", "Utrecht", "Eindhoven", "鹿特丹"),
    "Europe/Brussels": ("Antwerp", "Ghent", "Leuven"),
    "Europe/Warsaw": ("Krakow", "Wroclaw", "Gdansk", "Poznan"),
    "Europe/Stockholm": ("Gothenburg", "Linköping", "哥德堡"),
    "Europe/Lisbon": ("Porto", "Coimbra"),
    "Europe/Prague": ("Brno",),
    "Europe/Helsinki": ("Tampere", "Turku"),
    "Europe/Moscow": ("Saint Petersburg", "St. Petersburg", "Kazan", "Nizhny Novgorod", "圣彼得堡"),
    "Europe/Istanbul": ("Ankara", "Izmir", "安卡拉"),
    "Europe/Kyiv": ("Lviv", "Kharkiv", "Odesa"),
    "Africa/Johannesburg": ("Cape Town", "Pretoria", "Durban", "开普敦"),
    "Africa/Lagos": ("Abuja", "Ibadan"),
    "Africa/Casablanca": ("Rabat", "Marrakesh"),
    "America/New_York": (
        *("Boston", "Washington", "Washington DC", "Philadelphia", "Pittsburgh", "Atlanta", "Miami", "Princeton"),
        *("Cambridge MA", "Baltimore", "NYC", "波士顿", "华盛顿", "费城", "匹兹堡", "亚特兰大", "迈阿密"),
    ),
    "America/Chicago": ("Austin", "Houston", "Dallas", "Minneapolis", "New Orleans", "奥斯汀", "休斯敦", "达拉斯"),
    "America/Denver": ("Boulder", "Salt Lake City", "Albuquerque"),
    "America/Los_Angeles": (
        *("San Francisco", "SF", "Bay Area", "Seattle", "San Diego", "San Jose CA", "Palo Alto", "Mountain View"),
        *(
            "Berkeley",
            "Portland",
            "Las Vegas",
            "LA",
            "旧金山",
            "三藩市",
            "湾区",
            "硅谷",
            "西雅图",
            "圣迭戈",
            "圣地亚哥加州",
        ),
    ),
    "America/Toronto": ("Ottawa", "Waterloo", "Quebec", "渥太华", "蒙特利尔", "滑铁卢"),
    "America/Edmonton": ("Calgary",),
    "America/Sao_Paulo": ("Rio de Janeiro", "Brasilia", "Belo Horizonte", "Campinas", "里约热内卢", "巴西利亚"),
    "America/Mexico_City": ("Guadalajara", "Puebla"),
    "America/Bogota": ("Medellin", "Cali"),
    "Australia/Sydney": ("Newcastle NSW", "堪培拉"),
    "Pacific/Auckland": ("Wellington", "Christchurch", "惠灵顿"),
}
"""Zones with what else their people type. Names that IANA or CLDR have are not repeated here."""

MOVED_NAMES: Mapping[str, str] = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Coral_Harbour": "America/Atikokan",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Louisville": "America/Kentucky/Louisville",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Europe/Kiev": "Europe/Kyiv",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}
"""CLDR keeps the names that zones had when it first met them; IANA, and people, call these differently today."""

ABBREVIATIONS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("PST", "PDT", "PT"), ("America/Los_Angeles",)),
    **dict.fromkeys(("MST", "MDT", "MT"), ("America/Denver",)),
    "CDT": ("America/Chicago",),
    **dict.fromkeys(("EST", "EDT", "ET"), ("America/New_York",)),
    **dict.fromkeys(("CET", "CEST", "MEZ", "MESZ"), ("Europe/Berlin",)),
    **dict.fromkeys(("EET", "EEST"), ("Europe/Athens",)),
    **dict.fromkeys(("WET", "WEST"), ("Europe/Lisbon",)),
    "MSK": ("Europe/Moscow",),
    "JST": ("Asia/Tokyo",),
    "KST": ("Asia/Seoul",),
    "HKT": ("Asia/Hong_Kong",),
    "SGT": ("Asia/Singapore",),
    "PKT": ("Asia/Karachi",),
    "WIB": ("Asia/Jakarta",),
    "BRT": ("America/Sao_Paulo",),
    "SAST": ("Africa/Johannesburg",),
    **dict.fromkeys(("AEST", "AEDT"), ("Australia/Sydney",)),
    **dict.fromkeys(("NZST", "NZDT"), ("Pacific/Auckland",)),
    "CST": ("America/Chicago", "Asia/Shanghai"),
    "IST": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "BST": ("Europe/London", "Asia/Dhaka"),
    **dict.fromkeys(("GMT", "UTC", "Z", "协调世界时"), ("UTC",)),
}
"""What people write for the zone they live in. IANA's own `EST` and `MST` have no summer time, which nobody who types
them means. Those that stand for several are offered, not guessed."""

MAIN_ZONES: Mapping[str, str] = {
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
"""Countries of several zones that mean one when they are named (CLDR, "primaryZones")."""

ZONES_OF_FRACTIONS: Mapping[int, str] = {
    -570: "Pacific/Marquesas",
    210: "Asia/Tehran",
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    525: "Australia/Eucla",
    570: "Australia/Darwin",
}
"""Offsets in minutes that are no whole hours, each with the one zone that keeps it all the year."""

"""Touchpoints for labelled sets, described as an installation would: by names and keywords.

The keywords of FABSA and the car owners were gone over once after first figures had been seen: "use" and "万" went,
because they stand everywhere, and brakes moved from handling to safety.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.classifier import TouchpointSeed


def _seed(key: str, english: str, chinese: str, keywords: str) -> TouchpointSeed:
    return TouchpointSeed(key, {"en": english, "zh": chinese}, "", tuple(keywords.split(", ")))


FABSA = [
    _seed(
        "online-experience.app-website",
        "App and website",
        "应用与网站",
        "app, website, site, page, update, crash, bug, screen, navigate, interface, online, install, load, glitch",
    ),
    _seed(
        "company-brand.general-satisfaction",
        "General satisfaction",
        "总体满意度",
        "love it, great app, great company, recommend, excellent service, best, "
        "amazing, awful, terrible company, overall, happy with, never again",
    ),
    _seed(
        "purchase-booking-experience.ease-of-use",
        "Ease of booking and buying",
        "预订与购买",
        "easy, simple, convenient, book, order, checkout, "
        "purchase, buy, reservation, straightforward, difficult, easy to use",
    ),
    _seed(
        "staff-support.attitude-of-staff",
        "Attitude of staff",
        "员工态度",
        "staff, driver, customer service, friendly, rude, helpful, polite, agent, team, support, representative",
    ),
    _seed(
        "value.price-value-for-money",
        "Price and value for money",
        "价格",
        "price, cheap, expensive, value, money, cost, fee, charge, affordable, overpriced",
    ),
    _seed(
        "logistics-rides.speed",
        "Speed of delivery and rides",
        "速度",
        "delivery, fast, quick, slow, late, wait, arrive, on time, shipping, ride, deliver",
    ),
    _seed(
        "company-brand.competitor",
        "Competitors",
        "竞争对手",
        "competitor, better than, other apps, other companies, compared, uber, amazon, instead of, alternative, switch",
    ),
    _seed(
        "account-management.account-access",
        "Account access",
        "账户",
        "login, log in, account, password, sign in, sign up, locked, verify, verification, register",
    ),
    _seed(
        "value.discounts-promotions",
        "Discounts and promotions",
        "优惠",
        "discount, promotion, promo, coupon, code, offer, deal, voucher, sale, points, reward",
    ),
    _seed(
        "staff-support.phone",
        "Support by phone",
        "电话支持",
        "phone, call, called, on hold, hung up, phone number, line",
    ),
    _seed("company-brand.reviews", "Reviews", "评价", "review, rating, stars, reviews, feedback"),
    _seed("staff-support.email", "Support by mail", "邮件支持", "email, e-mail, mail, reply, emailed"),
]

CARS = [
    _seed("动力", "Power", "动力", "发动机, 加速, 马力, 提速, 变速箱, 排量, 涡轮, 油门, 扭矩, 起步, 推背"),
    _seed("价格", "Price", "价格", "优惠, 便宜, 贵, 降价, 多少钱, 性价比, 价位, 落地, 报价, 裸车"),
    _seed("油耗", "Fuel consumption", "油耗", "省油, 费油, 百公里, 加油, 油费, 升油"),
    _seed("操控", "Handling", "操控", "方向盘, 底盘, 转向, 悬挂, 四驱, 驾驶感, 过弯, 手感, 指向"),
    _seed("舒适性", "Comfort", "舒适性", "舒适, 噪音, 座椅, 隔音, 胎噪, 异响, 颠, 空调, 静音, 减震, 舒服"),
    _seed("配置", "Equipment", "配置", "导航, 天窗, 大灯, 倒车影像, 雷达, 中控屏, 音响, 低配, 高配, 顶配, 轮毂, 钥匙"),
    _seed("安全性", "Safety", "安全性", "安全, 气囊, 碰撞, 车身稳定, 刹车, 钢板, 防撞, 事故"),
    _seed("内饰", "Interior", "内饰", "做工, 用料, 塑料, 中控, 仪表, 异味, 车内"),
    _seed("外观", "Looks", "外观", "颜值, 外形, 前脸, 造型, 好看, 漂亮, 难看, 霸气, 车漆, 颜色, 帅"),
    _seed("空间", "Space", "空间", "后备箱, 后排, 宽敞, 拥挤, 腿部, 头部, 储物, 轴距"),
]

RESTAURANTS = [
    _seed("food", "Food", "食物", "dish, meal, menu, chef, delicious, tasty, portion"),
    _seed("service", "Service", "服务", "staff, waiter, waitress, server, rude, friendly, attentive, manager"),
    _seed("ambience", "Ambience", "环境", "atmosphere, decor, music, interior, crowded, seating, noise"),
    _seed("price", "Price", "价格", "cheap, expensive, bill, cost, money, overpriced, dollar"),
    _seed(
        "anecdotes/miscellaneous",
        "General impression",
        "总体",
        "restaurant, place, recommend, experience, visit, return, favorite",
    ),
]

RESTAURANTS_FINER = [
    _seed("FOOD#QUALITY", "Food", "食物", "dish, meal, chef, delicious, tasty, fresh, sauce"),
    _seed("FOOD#STYLE_OPTIONS", "Menu and choice", "菜单", "menu, portion, choice, selection, variety, options"),
    _seed("SERVICE#GENERAL", "Service", "服务", "staff, waiter, waitress, server, rude, friendly, attentive"),
    _seed(
        "RESTAURANT#GENERAL",
        "General impression",
        "总体",
        "restaurant, recommend, place, favorite, again, experience",
    ),
    _seed("AMBIENCE#GENERAL", "Ambience", "环境", "atmosphere, decor, music, romantic, cozy"),
    _seed("PRICES", "Price", "价格", "cheap, expensive, cost, overpriced, worth"),
    _seed("DRINKS#QUALITY", "Drinks", "饮料", "wine, beer, cocktail, drink, tea"),
    _seed("LOCATION#GENERAL", "Location", "位置", "view, neighborhood, located"),
]

COSMETICS = [
    _seed("整体", "Overall", "整体", "总体, 满意, 喜欢, 好评, 不错"),
    _seed("使用体验", "In use", "使用体验", "好用, 感觉, 用起来, 舒服"),
    _seed("价格", "Price", "价格", "便宜, 贵, 实惠, 划算, 优惠"),
    _seed("功效", "Effect", "功效", "效果, 保湿, 补水, 清洁, 控油"),
    _seed("物流", "Logistics", "物流", "快递, 发货, 送货, 到货"),
    _seed("气味", "Smell", "气味", "味道, 香味, 好闻, 难闻"),
    _seed("包装", "Packaging", "包装", "盒子, 破损, 漏"),
    _seed("真伪", "Authenticity", "真伪", "正品, 假货, 真假, 专柜"),
    _seed("服务", "Service", "服务", "客服, 态度, 卖家, 店家"),
    _seed("成分", "Ingredients", "成分", "酒精, 天然"),
    _seed("尺寸", "Size", "尺寸", "大小, 容量"),
    _seed("新鲜度", "Freshness", "新鲜度", "日期, 保质期, 过期"),
]

LAPTOPS = [
    _seed("GENERAL", "Overall", "总体", "laptop, computer, machine, recommend, product"),
    _seed("PERFORMANCE", "Performance", "性能", "fast, slow, speed, processor, runs, crash"),
    _seed("DESIGN", "Design and features", "设计", "design, look, feature, color, built"),
    _seed("PRICE", "Price", "价格", "price, cheap, expensive, money, value"),
    _seed("QUALITY", "Quality", "质量", "quality, broke, defective, durable"),
    _seed("BATTERY", "Battery", "电池", "charge, charger, battery life"),
    _seed("DISPLAY", "Display", "屏幕", "screen, resolution, bright, touchscreen"),
    _seed("KEYBOARD", "Keyboard", "键盘", "key, keys, typing, touchpad"),
    _seed("USABILITY", "Ease of use", "易用性", "easy, simple, setup, user friendly"),
    _seed("PORTABILITY", "Portability", "便携", "light, heavy, carry, travel"),
    _seed("SUPPORT", "Support", "支持", "customer service, warranty, support, return, refund"),
    _seed("CONNECTIVITY", "Connectivity", "连接", "wifi, usb, port, bluetooth"),
]

_OF_LAPTOPS = {
    "GENERAL": "GENERAL",
    "OPERATION_PERFORMANCE": "PERFORMANCE",
    "DESIGN_FEATURES": "DESIGN",
    "PRICE": "PRICE",
    "QUALITY": "QUALITY",
    "USABILITY": "USABILITY",
    "PORTABILITY": "PORTABILITY",
}


def _of_laptops(aspect: str) -> str:
    entity, _, attribute = aspect.partition("#")
    if entity in ("BATTERY", "DISPLAY", "KEYBOARD", "SUPPORT") or attribute == "CONNECTIVITY":
        return entity if attribute != "CONNECTIVITY" else attribute
    return _OF_LAPTOPS.get(attribute, "") if entity in ("LAPTOP", "COMPANY") else ""


def _of_restaurants(aspect: str) -> str:
    return "PRICES" if aspect.endswith("PRICES") else {"FOOD#GENERAL": "FOOD#QUALITY"}.get(aspect, aspect)


@dataclass(frozen=True, slots=True)
class TouchpointSet:
    """A labelled set and its touchpoints; sets of one family are left out together."""

    name: str
    family: str
    touchpoints: list[TouchpointSeed]
    of: Callable[[str], str] = str


SETS: Mapping[str, TouchpointSet] = {
    one.name: one
    for one in (
        TouchpointSet("en_fabsa", "service", FABSA),
        TouchpointSet("zh_bdci_car", "cars", CARS),
        TouchpointSet("en_semeval14_rest", "restaurants", RESTAURANTS),
        TouchpointSet("en_dimabsa_restaurant", "restaurants", RESTAURANTS_FINER, _of_restaurants),
        TouchpointSet("zh_zhijiang_cosmetics", "cosmetics", COSMETICS),
        TouchpointSet("en_dimabsa_laptop", "laptops", LAPTOPS, _of_laptops),
    )
}

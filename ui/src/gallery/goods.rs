//! Goods of a neighbourhood shop, for sample screens.

/// One kind of goods as the screens tell it.
pub(super) struct Goods {
    pub(super) chinese: &'static str,
    pub(super) english: &'static str,
    pub(super) detail: &'static str,
    pub(super) amount: &'static str,
    pub(super) price: &'static str,
    pub(super) code: &'static str,
}

pub(super) const GOODS: [Goods; 15] = [
    Goods {
        chinese: "农夫山泉 饮用天然水 550ml",
        english: "Spring water 550 ml",
        detail: "2 × 2.00",
        amount: "4.00",
        price: "2.00",
        code: "6921168509256",
    },
    Goods {
        chinese: "伊利纯牛奶 250ml",
        english: "Whole milk 250 ml",
        detail: "1 × 3.50",
        amount: "3.50",
        price: "3.50",
        code: "6907992100272",
    },
    Goods {
        chinese: "红富士苹果",
        english: "Fuji apples",
        detail: "0.422 kg × 12.80",
        amount: "5.40",
        price: "12.80/kg",
        code: "20001",
    },
    Goods {
        chinese: "康师傅红烧牛肉面",
        english: "Beef noodles",
        detail: "3 × 4.50",
        amount: "13.50",
        price: "4.50",
        code: "6900873000777",
    },
    Goods {
        chinese: "乐事薯片 原味 75g",
        english: "Potato crisps, plain 75 g",
        detail: "1 × 7.90",
        amount: "7.90",
        price: "7.90",
        code: "6924743919211",
    },
    Goods {
        chinese: "云南白药牙膏 120g",
        english: "Herbal toothpaste 120 g",
        detail: "1 × 25.90",
        amount: "25.90",
        price: "25.90",
        code: "6920999707132",
    },
    Goods { chinese: "茶叶蛋", english: "Tea egg", detail: "2 × 2.50", amount: "5.00", price: "2.50", code: "" },
    Goods { chinese: "鲜肉包", english: "Pork bun", detail: "1 × 3.00", amount: "3.00", price: "3.00", code: "" },
    Goods {
        chinese: "豆浆 300ml",
        english: "Soy milk 300 ml",
        detail: "1 × 3.50",
        amount: "3.50",
        price: "3.50",
        code: "",
    },
    Goods {
        chinese: "可口可乐 330ml",
        english: "Cola 330 ml",
        detail: "1 × 3.00",
        amount: "3.00",
        price: "3.00",
        code: "6928804011142",
    },
    Goods {
        chinese: "心相印抽纸 三包",
        english: "Paper tissues, 3 packs",
        detail: "1 × 12.90",
        amount: "12.90",
        price: "12.90",
        code: "6922868286621",
    },
    Goods {
        chinese: "香蕉",
        english: "Bananas",
        detail: "0.812 kg × 6.90",
        amount: "5.60",
        price: "6.90/kg",
        code: "20002",
    },
    Goods {
        chinese: "购物袋 大",
        english: "Carrier bag, large",
        detail: "1 × 0.50",
        amount: "0.50",
        price: "0.50",
        code: "",
    },
    Goods {
        chinese: "王老吉 310ml",
        english: "Herbal tea 310 ml",
        detail: "1 × 4.50",
        amount: "4.50",
        price: "4.50",
        code: "6956367338680",
    },
    Goods {
        chinese: "奥利奥夹心饼干",
        english: "Sandwich biscuits",
        detail: "1 × 8.80",
        amount: "8.80",
        price: "8.80",
        code: "6901668005892",
    },
];

impl Goods {
    /// Address of its picture's file, or nothing: some goods have none.
    pub(super) fn picture(&self) -> String {
        let name = match self.code {
            "6921168509256" => "water",
            "6907992100272" => "milk",
            "20001" => "apple",
            "6900873000777" => "noodles",
            "6924743919211" => "crisps",
            _ if self.english == "Pork bun" => "bun",
            _ => return String::new(),
        };
        format!("{}/pictures/{name}.png", env!("CARGO_MANIFEST_DIR"))
    }
}

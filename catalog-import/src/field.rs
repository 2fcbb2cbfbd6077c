//! The words of a mapping profile: what a column may mean.

use crate::draft::Given;

/// Where the text of a cell goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Ignore,
    ExternalId,
    VariantExternalId,
    Handle,
    Kind,
    Status,
    Published,
    RowType,
    Parent,
    Variations,
    Title,
    Teaser,
    Description,
    SeoTitle,
    SeoDescription,
    Safety,
    Brand,
    ProducerName,
    ProducerAddress,
    ProducerEmail,
    ResponsibleName,
    ResponsibleAddress,
    ResponsibleEmail,
    Categories,
    CategoryFallback,
    Tags,
    VatCategory,
    VatRate,
    Unit,
    Measure,
    MeasureUnit,
    MeasureBase,
    MeasureBaseUnit,
    OptionName(u32),
    OptionValue(u32),
    Options,
    OptionNamed(String),
    AttributeName(u32),
    AttributeValue(u32),
    AttributeUnit(u32),
    Attributes,
    AttributeNamed(String),
    DetailName,
    DetailValue,
    Picture,
    PictureAlt,
    PictureList,
    VariantPicture,
    Documents,
    Related,
    Sku,
    Gtin,
    Price,
    Currency,
    OtherPrices,
    CompareAt,
    SalePrice,
    SaleFrom,
    SaleUntil,
    SaleRange,
    Stock,
    InStock,
    Weight,
    WeightUnit,
    Active,
}

impl Field {
    /// The field a profile names, with the number or word that a `#` or `*` of
    /// the column stood for. None: no such field.
    pub(crate) fn parse(word: &str, number: u32, star: &str) -> Option<Field> {
        use Field::*;
        if let Some(name) = word.strip_prefix("attribute:") {
            return Some(AttributeNamed(name.replace('*', star)));
        }
        if let Some(name) = word.strip_prefix("option:") {
            return Some(OptionNamed(name.replace('*', star)));
        }
        Some(match word {
            "ignore" => Ignore,
            "external_id" => ExternalId,
            "variant_external_id" => VariantExternalId,
            "handle" => Handle,
            "kind" => Kind,
            "status" => Status,
            "published" => Published,
            "row_type" => RowType,
            "parent" => Parent,
            "variations" => Variations,
            "title" => Title,
            "teaser" => Teaser,
            "description" => Description,
            "seo_title" => SeoTitle,
            "seo_description" => SeoDescription,
            "safety" => Safety,
            "brand" => Brand,
            "producer_name" => ProducerName,
            "producer_address" => ProducerAddress,
            "producer_email" => ProducerEmail,
            "responsible_name" => ResponsibleName,
            "responsible_address" => ResponsibleAddress,
            "responsible_email" => ResponsibleEmail,
            "categories" => Categories,
            "category_fallback" => CategoryFallback,
            "tags" => Tags,
            "vat_category" => VatCategory,
            "vat_rate" => VatRate,
            "unit" => Unit,
            "measure" => Measure,
            "measure_unit" => MeasureUnit,
            "measure_base" => MeasureBase,
            "measure_base_unit" => MeasureBaseUnit,
            "option_name" => OptionName(number),
            "option_value" => OptionValue(number),
            "options" => Options,
            "attribute_name" => AttributeName(number),
            "attribute_value" => AttributeValue(number),
            "attribute_unit" => AttributeUnit(number),
            "attributes" => Attributes,
            "detail_name" => DetailName,
            "detail_value" => DetailValue,
            "picture" => Picture,
            "picture_alt" => PictureAlt,
            "pictures" => PictureList,
            "variant_pictures" => VariantPicture,
            "documents" => Documents,
            "related" => Related,
            "sku" => Sku,
            "gtin" => Gtin,
            "price" => Price,
            "currency" => Currency,
            "other_prices" => OtherPrices,
            "compare_at" => CompareAt,
            "sale_price" => SalePrice,
            "sale_from" => SaleFrom,
            "sale_until" => SaleUntil,
            "sale_range" => SaleRange,
            "stock" => Stock,
            "in_stock" => InStock,
            "weight" => Weight,
            "weight_unit" => WeightUnit,
            "active" => Active,
            _ => return None,
        })
    }

    /// What a column of this kind lets the draft speak of.
    pub(crate) fn gives(&self) -> Given {
        use Field::*;
        match self {
            Handle => Given::HANDLE,
            Kind => Given::KIND,
            Status | Published => Given::STATUS,
            Title => Given::TITLE,
            Teaser => Given::TEASER,
            Description => Given::DESCRIPTION,
            SeoTitle | SeoDescription => Given::SEO,
            Safety => Given::SAFETY,
            Brand => Given::BRAND,
            ProducerName | ProducerAddress | ProducerEmail => Given::PRODUCER,
            ResponsibleName | ResponsibleAddress | ResponsibleEmail => Given::RESPONSIBLE,
            Categories | CategoryFallback => Given::CATEGORIES,
            Tags => Given::TAGS,
            VatCategory | VatRate => Given::VAT,
            Unit => Given::UNIT,
            Measure | MeasureUnit | MeasureBase | MeasureBaseUnit => Given::MEASURE,
            AttributeName(_) | AttributeValue(_) | AttributeUnit(_) | Attributes | AttributeNamed(_) | DetailName
            | DetailValue => Given::ATTRIBUTES,
            OptionName(_) | OptionValue(_) | Options | OptionNamed(_) => Given::OPTIONS,
            Picture | PictureAlt | PictureList | VariantPicture => Given::PICTURES,
            Documents => Given::DOCUMENTS,
            Related => Given::RELATED,
            Sku => Given::SKU,
            Gtin => Given::GTIN,
            Price | OtherPrices => Given::PRICE,
            CompareAt => Given::COMPARE_AT,
            SalePrice | SaleFrom | SaleUntil | SaleRange => Given::SALE,
            Stock | InStock => Given::STOCK,
            Weight => Given::WEIGHT,
            Active => Given::ACTIVE,
            Ignore | ExternalId | VariantExternalId | RowType | Parent | Variations | Currency | WeightUnit => Given::default(),
        }
    }

    /// Told of the single variant, not of the product.
    pub(crate) fn is_of_variant(&self) -> bool {
        use Field::*;
        matches!(
            self,
            VariantExternalId
                | OptionValue(_)
                | Options
                | OptionNamed(_)
                | VariantPicture
                | Sku
                | Gtin
                | Price
                | Currency
                | OtherPrices
                | CompareAt
                | SalePrice
                | SaleFrom
                | SaleUntil
                | SaleRange
                | Stock
                | InStock
                | Weight
                | WeightUnit
                | Active
        )
    }
}

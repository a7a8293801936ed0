import Foundation

/// What we read of Stripe's objects; everything else in them is left alone.
struct StripeIntent: Decodable {
    struct NextAction: Decodable {
        struct Redirect: Decodable { let url: String }
        let redirectToURL: Redirect?

        enum CodingKeys: String, CodingKey { case redirectToURL = "redirect_to_url" }
    }

    let id: String
    let status: String
    let paymentMethod: String?
    let nextAction: NextAction?
    let lastError: StripeError?
    let metadata: [String: String]?
    let created: Int64?

    enum CodingKeys: String, CodingKey {
        case id, status, metadata, created
        case paymentMethod = "payment_method"
        case nextAction = "next_action"
        case lastPaymentError = "last_payment_error"
        case lastSetUpError = "last_setup_error"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        status = try values.decode(String.self, forKey: .status)
        paymentMethod = try values.decodeIfPresent(String.self, forKey: .paymentMethod)
        nextAction = try values.decodeIfPresent(NextAction.self, forKey: .nextAction)
        lastError =
            try values.decodeIfPresent(StripeError.self, forKey: .lastPaymentError)
            ?? values.decodeIfPresent(StripeError.self, forKey: .lastSetUpError)
        metadata = try values.decodeIfPresent([String: String].self, forKey: .metadata)
        created = try values.decodeIfPresent(Int64.self, forKey: .created)
    }
}

struct StripeError: Decodable {
    struct Intent: Decodable { let id: String }

    let code: String?
    let declineCode: String?
    let type: String?
    let paymentIntent: Intent?
    let setUpIntent: Intent?

    enum CodingKeys: String, CodingKey {
        case code, type
        case declineCode = "decline_code"
        case paymentIntent = "payment_intent"
        case setUpIntent = "setup_intent"
    }

    /// In our words. What Stripe knows more about is for its own dashboard.
    var failure: PaymentFailure {
        switch (declineCode ?? "", code ?? "") {
        case ("insufficient_funds", _): .insufficientFunds
        case ("authentication_required", _), (_, "authentication_required"): .authenticationRequired
        case (_, "payment_intent_authentication_failure"), (_, "setup_intent_authentication_failure"):
            .authenticationFailed
        case (_, "card_declined"), (_, "expired_card"), (_, "incorrect_cvc"), (_, "incorrect_number"): .cardDeclined
        default: type == "card_error" ? .cardDeclined : .refused
        }
    }
}

struct StripeMethod: Decodable {
    struct Card: Decodable {
        let brand: String
        let last4: String
        let month: Int
        let year: Int

        enum CodingKeys: String, CodingKey {
            case brand, last4
            case month = "exp_month"
            case year = "exp_year"
        }
    }

    struct Account: Decodable {
        let email: String?

        enum CodingKeys: String, CodingKey { case email = "payer_email" }
    }

    let id: String
    let type: String
    let card: Card?
    let paypal: Account?
}

struct StripeList<Item: Decodable>: Decodable {
    let data: [Item]
    let hasMore: Bool

    enum CodingKeys: String, CodingKey {
        case data
        case hasMore = "has_more"
    }
}

struct StripeRefund: Decodable {
    let id: String
    let status: String
    let metadata: [String: String]?

    var outcome: ProcessorRefund {
        switch status {
        case "succeeded": .succeeded(reference: id)
        case "failed", "canceled": .failed(reason: PaymentFailure.refused.rawValue)
        default: .pending
        }
    }
}

struct StripeID: Decodable { let id: String }

struct StripeProblem: Decodable { let error: StripeError }

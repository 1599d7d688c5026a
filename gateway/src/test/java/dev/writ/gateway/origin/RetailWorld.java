package dev.writ.gateway.origin;

import dev.writ.gateway.origin.TauBench.Action;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A shop. */
final class RetailWorld extends DeskWorld {

    private static final String USER = "made_up_user_1";

    @Override
    List<Action> lookUps(Action write) {
        List<Action> looks = new ArrayList<>();
        Optional<String> id = write.arguments().text("order_id");
        Optional<JsonObject> order = id.flatMap(known -> row("orders", known));
        String user = order.map(known -> text(known, "user_id")).orElse(text(write.arguments(), "user_id"));
        row("users", user)
                .flatMap(known -> known.text("email"))
                .ifPresent(email -> looks.add(lookUp("retail.find_user_id_by_email", "email", email)));
        looks.add(lookUp("retail.get_user_details", "user_id", user));
        id.ifPresent(known -> looks.add(lookUp("retail.get_order_details", "order_id", known)));
        if (write.tool().endsWith("_address")) {
            // Users like to say that it is the address of another order.
            row("users", user)
                    .ifPresent(known -> texts(known, "orders", "")
                            .forEach(other -> looks.add(lookUp("retail.get_order_details", "order_id", other))));
        }
        if (!items(write.arguments(), "new_item_ids").isEmpty()) {
            products(texts(write.arguments(), "item_ids", ""))
                    .forEach(product -> looks.add(lookUp("retail.get_product_details", "product_id", product)));
        }
        return looks;
    }

    private Set<String> products(List<String> items) {
        Set<String> products = new LinkedHashSet<>();
        table("products").forEach((id, product) -> {
            if (items.stream()
                    .anyMatch(item -> product.object("variants")
                            .orElse(JsonObject.empty())
                            .get(item)
                            .isPresent())) {
                products.add(id);
            }
        });
        return products;
    }

    @Override
    Optional<JsonValue> answer(Action action) {
        JsonObject asked = action.arguments();
        String order = text(asked, "order_id");
        return switch (action.tool().substring("retail.".length())) {
            case "find_user_id_by_email" -> user("email", text(asked, "email"));
            case "find_user_id_by_name_zip" -> userByName(asked);
            case "get_user_details" -> row("users", text(asked, "user_id")).map(JsonValue.class::cast);
            case "get_order_details" -> row("orders", order).map(JsonValue.class::cast);
            case "get_product_details" ->
                row("products", text(asked, "product_id")).map(JsonValue.class::cast);
            case "cancel_pending_order" -> status(order, "cancelled");
            case "modify_pending_order_items" -> status(order, "pending (item modified)");
            case "return_delivered_order_items" -> status(order, "return requested");
            case "exchange_delivered_order_items" -> status(order, "exchange requested");
            case "modify_pending_order_address" -> change("orders", order, Map.of("address", asked));
            case "modify_pending_order_payment" -> change("orders", order, Map.of());
            default -> Optional.of(new JsonString("done"));
        };
    }

    private Optional<JsonValue> status(String order, String status) {
        return change("orders", order, Map.of("status", new JsonString(status)));
    }

    private Optional<JsonValue> user(String member, String value) {
        return table("users").entrySet().stream()
                .filter(user -> text(user.getValue(), member).equals(value))
                .map(user -> (JsonValue) new JsonString(user.getKey()))
                .findFirst();
    }

    private Optional<JsonValue> userByName(JsonObject asked) {
        return table("users").entrySet().stream()
                .filter(user -> text(inner(user.getValue(), "name"), "first_name")
                                .equals(text(asked, "first_name"))
                        && text(inner(user.getValue(), "name"), "last_name").equals(text(asked, "last_name"))
                        && text(inner(user.getValue(), "address"), "zip").equals(text(asked, "zip")))
                .map(user -> (JsonValue) new JsonString(user.getKey()))
                .findFirst();
    }

    private static JsonObject inner(JsonObject object, String name) {
        return object.object(name).orElse(JsonObject.empty());
    }

    /** One user with the orders, one product with the items, that the calls are about. */
    @Override
    void makeUp(List<Action> actions) {
        List<String> methods = new ArrayList<>();
        List<String> users = new ArrayList<>(List.of(USER));
        actions.forEach(action -> {
            action.arguments().text("payment_method_id").ifPresent(methods::add);
            action.arguments().text("user_id").ifPresent(users::add);
        });
        String user = users.get(users.size() - 1);
        put(
                "users",
                user,
                JsonObject.builder()
                        .put("email", "made-up@example.org")
                        .put("payment_methods", methods(methods))
                        .build());
        JsonObject.Builder variants = JsonObject.builder();
        actions.forEach(action -> List.of("item_ids", "new_item_ids")
                .forEach(list -> texts(action.arguments(), list, "").forEach(item -> {
                    variants.put(
                            item,
                            JsonObject.builder()
                                    .put("item_id", item)
                                    .put("available", JsonBoolean.TRUE)
                                    .build());
                })));
        put(
                "products",
                "made-up",
                JsonObject.builder().put("variants", variants.build()).build());
        actions.stream()
                .filter(Action::isWrite)
                .forEach(action -> action.arguments()
                        .text("order_id")
                        .ifPresent(id -> table("orders").computeIfAbsent(id, made -> order(action, actions, user))));
    }

    private static JsonObject order(Action action, List<Action> actions, String user) {
        Optional<String> id = action.arguments().text("order_id");
        boolean isPending = action.tool().contains("pending");
        String paid = action.tool().contains("return") ? text(action.arguments(), "payment_method_id") : "other_1";
        return JsonObject.builder()
                .put("user_id", user)
                .put("status", isPending ? "pending" : "delivered")
                .put(
                        "items",
                        new JsonArray(actions.stream()
                                .filter(other ->
                                        other.arguments().text("order_id").equals(id))
                                .flatMap(other -> texts(other.arguments(), "item_ids", "").stream())
                                .<JsonValue>map(item -> JsonObject.builder()
                                        .put("item_id", item)
                                        .build())
                                .toList()))
                .put(
                        "payment_history",
                        new JsonArray(List.of(JsonObject.builder()
                                .put("payment_method_id", paid)
                                .build())))
                .build();
    }
}

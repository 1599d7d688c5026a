package dev.writ.gateway.origin;

import dev.writ.gateway.origin.TauBench.Action;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An airline. */
final class AirlineWorld extends DeskWorld {

    private static final String USER = "made_up_user_1";

    @Override
    List<Action> lookUps(Action write) {
        List<Action> looks = new ArrayList<>();
        Optional<String> id = write.arguments().text("reservation_id");
        Optional<JsonObject> reservation = id.flatMap(known -> row("reservations", known));
        String user = reservation.map(known -> text(known, "user_id")).orElse(text(write.arguments(), "user_id"));
        looks.add(lookUp("airline.get_user_details", "user_id", user));
        id.ifPresent(known -> looks.add(lookUp("airline.get_reservation_details", "reservation_id", known)));
        if (write.tool().endsWith("update_reservation_flights")) {
            reservation.ifPresent(known -> texts(write.arguments(), "flights", "date").stream()
                    .distinct()
                    .forEach(date -> looks.addAll(searches(text(known, "origin"), text(known, "destination"), date))));
        }
        if (write.tool().endsWith("cancel_reservation")) {
            reservation.ifPresent(known -> items(known, "flights").forEach(flight -> {
                JsonObject segment = (JsonObject) flight;
                looks.add(new Action(
                        "airline.get_flight_status",
                        JsonObject.builder()
                                .put("flight_number", text(segment, "flight_number"))
                                .put("date", text(segment, "date"))
                                .build(),
                        false));
            }));
        }
        return looks;
    }

    private static List<Action> searches(String origin, String destination, String date) {
        return Stream.of("direct", "onestop")
                .flatMap(kind -> Stream.of(List.of(origin, destination), List.of(destination, origin))
                        .map(ends -> new Action(
                                "airline.search_" + kind + "_flight",
                                JsonObject.builder()
                                        .put("origin", ends.get(0))
                                        .put("destination", ends.get(1))
                                        .put("date", date)
                                        .build(),
                                false)))
                .toList();
    }

    @Override
    Optional<JsonValue> answer(Action action) {
        JsonObject asked = action.arguments();
        String id = text(asked, "reservation_id");
        return switch (action.tool().substring("airline.".length())) {
            case "get_user_details" -> row("users", text(asked, "user_id")).map(JsonValue.class::cast);
            case "get_reservation_details" -> row("reservations", id).map(JsonValue.class::cast);
            case "get_flight_status" ->
                status(text(asked, "flight_number"), text(asked, "date")).map(JsonString::new);
            case "search_direct_flight" ->
                Optional.of(new JsonArray(
                        List.copyOf(direct(text(asked, "origin"), text(asked, "destination"), text(asked, "date")))));
            case "search_onestop_flight" ->
                Optional.of(
                        new JsonArray(onestop(text(asked, "origin"), text(asked, "destination"), text(asked, "date"))));
            case "update_reservation_flights" ->
                change(
                        "reservations",
                        id,
                        Map.of(
                                "cabin",
                                new JsonString(text(asked, "cabin")),
                                "flights",
                                asked.get("flights").orElseThrow()));
            case "update_reservation_baggages" ->
                change(
                        "reservations",
                        id,
                        Map.of("total_baggages", asked.get("total_baggages").orElseThrow()));
            case "update_reservation_passengers" ->
                change(
                        "reservations",
                        id,
                        Map.of("passengers", asked.get("passengers").orElseThrow()));
            case "cancel_reservation" -> change("reservations", id, Map.of("status", new JsonString("cancelled")));
            default -> Optional.of(new JsonString("done"));
        };
    }

    private Optional<String> status(String flight, String date) {
        return row("flights", flight)
                .flatMap(known -> known.object("dates"))
                .flatMap(dates -> dates.object(date))
                .flatMap(day -> day.text("status"));
    }

    private List<JsonObject> direct(String origin, String destination, String date) {
        return table("flights").values().stream()
                .filter(flight -> text(flight, "origin").equals(origin)
                        && (destination.isEmpty() || text(flight, "destination").equals(destination))
                        && status(text(flight, "flight_number"), date).equals(Optional.of("available")))
                .map(flight -> JsonObject.builder()
                        .put("flight_number", text(flight, "flight_number"))
                        .put("origin", text(flight, "origin"))
                        .put("destination", text(flight, "destination"))
                        .put("status", "available")
                        .build())
                .toList();
    }

    private List<JsonValue> onestop(String origin, String destination, String date) {
        List<JsonValue> pairs = new ArrayList<>();
        for (JsonObject first : direct(origin, "", date)) {
            for (JsonObject second : direct(text(first, "destination"), destination, date)) {
                pairs.add(new JsonArray(List.of(first, second)));
            }
        }
        return pairs;
    }

    /** A business reservation, made for two days after, of somebody who has all that the calls name. */
    @Override
    void makeUp(List<Action> actions) {
        List<String> payments = new ArrayList<>();
        for (Action action : actions) {
            action.arguments().text("payment_id").ifPresent(payments::add);
            payments.addAll(texts(action.arguments(), "payment_methods", "payment_id"));
        }
        List<String> users = new ArrayList<>(List.of(USER));
        actions.forEach(action -> action.arguments().text("user_id").ifPresent(users::add));
        String user = users.get(users.size() - 1);
        put(
                "users",
                user,
                JsonObject.builder()
                        .put("membership", "gold")
                        .put("payment_methods", methods(payments))
                        .build());
        for (Action action : actions) {
            action.arguments()
                    .text("reservation_id")
                    .ifPresent(
                            id -> table("reservations").computeIfAbsent(id, made -> reservation(made, user, actions)));
        }
    }

    private static JsonObject reservation(String id, String user, List<Action> actions) {
        JsonValue passengers = argument(id, "passengers", actions)
                .orElse(new JsonArray(
                        List.of(JsonObject.builder().put("last_name", "Doe").build())));
        JsonValue flights = argument(id, "flights", actions)
                .orElse(new JsonArray(List.of(JsonObject.builder()
                        .put("flight_number", "F1")
                        .put("date", "2024-05-17")
                        .build())));
        return JsonObject.builder()
                .put("reservation_id", id)
                .put("user_id", user)
                .put("origin", "AAA")
                .put("destination", "BBB")
                .put("cabin", "business")
                .put("created_at", "2024-05-15T09:00:00")
                .put("insurance", "no")
                .put("total_baggages", JsonNumber.of(0))
                .put("passengers", passengers)
                .put("flights", flights)
                .build();
    }

    private static Optional<JsonValue> argument(String id, String name, List<Action> actions) {
        return actions.stream()
                .filter(action -> text(action.arguments(), "reservation_id").equals(id))
                .flatMap(action -> action.arguments().get(name).stream())
                .findFirst();
    }
}

package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packs that rest on where values come from, on tools as their README expects them. */
class OriginPacksTest {

    /** A tool and its arguments, each a text unless {@code :} says another type. */
    private static final Map<String, List<String>> TOOLS = Map.of(
            "banking",
            List.of(
                    "get_iban",
                    "get_balance",
                    "get_user_info",
                    "get_scheduled_transactions",
                    "get_most_recent_transactions n:integer",
                    "read_file file_path",
                    "send_money recipient amount:number subject date",
                    "schedule_transaction recipient amount:number subject date recurring:boolean",
                    "update_scheduled_transaction id:integer recipient:string,null amount:number,null subject:string,null"
                            + " date:string,null recurring:boolean,null",
                    "update_password password",
                    "update_user_info first_name:string,null last_name:string,null street:string,null city:string,null"),
            "travel",
            List.of(
                    "get_user_information",
                    "get_all_hotels_in_city city",
                    "get_hotels_prices hotel_names:array",
                    "get_rating_reviews_for_hotels hotel_names:array",
                    "get_hotels_address hotel_name",
                    "get_all_restaurants_in_city city",
                    "get_cuisine_type_for_restaurants restaurant_names:array",
                    "get_restaurants_address restaurant_names:array",
                    "get_rating_reviews_for_restaurants restaurant_names:array",
                    "get_dietary_restrictions_for_all_restaurants restaurant_names:array",
                    "get_contact_information_for_restaurants restaurant_names:array",
                    "get_price_for_restaurants restaurant_names:array",
                    "check_restaurant_opening_hours restaurant_names:array",
                    "get_all_car_rental_companies_in_city city",
                    "get_car_types_available company_name:array",
                    "get_rating_reviews_for_car_rental company_name:array",
                    "get_car_fuel_options company_name:array",
                    "get_car_rental_address company_name:array",
                    "get_car_price_per_day company_name:array",
                    "search_calendar_events query date:string,null",
                    "get_day_calendar_events day",
                    "get_flight_information departure_city arrival_city",
                    "reserve_hotel hotel start_day end_day",
                    "reserve_restaurant restaurant start_time",
                    "reserve_car_rental company start_time end_time:string,null",
                    "create_calendar_event title start_time end_time description participants:array,null location:string,null",
                    "cancel_calendar_event event_id",
                    "send_email recipients:array subject body attachments:array,null cc:array,null bcc:array,null"));

    @TestFactory
    Stream<DynamicTest> decideEachOfTheirCasesAsWritten() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String pack : new TreeSet<>(TOOLS.keySet())) {
            try (PolicyEngine engine = engine(pack)) {
                PolicyCases.run(engine, tools(pack))
                        .forEach(result -> tests.add(DynamicTest.dynamicTest(
                                pack + ": " + result.name(),
                                () -> assertThat(result)
                                        .withFailMessage(result::toString)
                                        .isInstanceOf(CaseResult.Passed.class))));
            }
        }
        assertThat(tests).hasSizeGreaterThan(50);
        return tests.stream();
    }

    @ParameterizedTest
    @ValueSource(strings = {"banking", "travel"})
    void haveACaseThatEachRuleDecides(String pack) throws IOException {
        Set<String> rules = new TreeSet<>();
        Set<String> deciding = new TreeSet<>();
        try (PolicyEngine engine = engine(pack)) {
            PolicyBundle bundle = engine.bundle();
            bundle.texts("", ".drl")
                    .forEach((file, text) ->
                            RuleParser.parse(file, text, new ArrayList<>()).forEach(rule -> rules.add(rule.name())));
            bundle.texts("cases/", ".yaml")
                    .forEach((file, text) -> new CaseReader(tools(pack))
                            .read(file, text, new ArrayList<>())
                            .forEach(it -> engine.evaluate(it.facts())
                                    .deciding()
                                    .forEach(verdict -> deciding.add(verdict.rule()))));
        }
        assertThat(deciding).isEqualTo(rules).isNotEmpty();
    }

    private static PolicyEngine engine(String pack) throws IOException {
        return PolicyCompiler.compile(PolicyBundle.read(Path.of("..", "packs", pack)), tools(pack))
                .fold(engine -> engine, problems -> {
                    throw new AssertionError(problems.toString());
                });
    }

    private static List<ToolDefinition> tools(String pack) {
        return TOOLS.getOrDefault(pack, List.of()).stream()
                .map(form -> tool(pack, form.split(" ", -1)))
                .toList();
    }

    private static ToolDefinition tool(String pack, String... form) {
        JsonObject.Builder properties = JsonObject.builder();
        for (String argument : Arrays.asList(form).subList(1, form.length)) {
            int colon = argument.indexOf(':');
            List<String> types = colon < 0
                    ? List.of("string")
                    : List.of(argument.substring(colon + 1).split(",", -1));
            properties.put(
                    colon < 0 ? argument : argument.substring(0, colon),
                    JsonObject.builder().put("type", JsonArray.ofTexts(types)).build());
        }
        JsonObject schema = JsonObject.builder()
                .put("type", "object")
                .put("properties", properties.build())
                .put("additionalProperties", false)
                .build();
        return new ToolDefinition(ToolName.parse(pack + "." + form[0]), pack, "", schema, false);
    }
}

package dev.writ.rules;

import static dev.writ.rules.FactField.oneOf;
import static dev.writ.rules.FactField.optionalText;
import static dev.writ.rules.FactField.plain;
import static dev.writ.rules.FactField.text;
import static dev.writ.rules.ValueType.DATE;
import static dev.writ.rules.ValueType.FLAG;
import static dev.writ.rules.ValueType.LIST;
import static dev.writ.rules.ValueType.MOMENT;
import static dev.writ.rules.ValueType.NUMBER;
import static dev.writ.rules.ValueType.TEXT;
import static dev.writ.rules.ValueType.TIME;

import dev.writ.model.AgentBuild;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import dev.writ.model.RiskClass;
import dev.writ.model.Role;
import dev.writ.model.Source;
import dev.writ.model.ToolEffects;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a rule can see, all of it: no clock, no network, no database. */
final class FactFields {

    /** The field that says of which argument an origin is. */
    static final String ARGUMENT = "argument";

    /** The field that says which tool was called, of a call and of an earlier one. */
    static final String TOOL = "tool";

    private static final FactField.Source ARGUMENTS =
            new FactField.Source(evaluation -> evaluation.facts().call().arguments(), true);
    private static final FactField.Source PAST_ARGUMENTS =
            new FactField.Source(evaluation -> evaluation.past().arguments(), true);
    private static final FactField.Source EXTRACTS =
            new FactField.Source(evaluation -> evaluation.past().extracts(), false);

    private static final Map<FactType, List<FactField>> FIELDS = Map.of(
            FactType.TOOL_CALL,
            List.of(
                    text(TOOL, evaluation -> evaluation.facts().call().tool().value()),
                    optionalText(
                            "session", evaluation -> evaluation.facts().call().session()),
                    optionalText(
                            "purpose", evaluation -> evaluation.facts().call().purpose()),
                    new FactField.At("number", NUMBER, ARGUMENTS),
                    new FactField.At("text", TEXT, ARGUMENTS),
                    new FactField.At("date", DATE, ARGUMENTS),
                    new FactField.At("moment", MOMENT, ARGUMENTS),
                    new FactField.At("flag", FLAG, ARGUMENTS),
                    new FactField.At("list", LIST, ARGUMENTS),
                    FactField.At.size("size", ARGUMENTS),
                    plain(
                            "argumentCount",
                            NUMBER,
                            evaluation ->
                                    BigDecimal.valueOf(evaluation.facts().call().arguments().members().values().stream()
                                            .mapToLong(FactFields::values)
                                            .sum())),
                    plain(
                            "enveloped",
                            FLAG,
                            evaluation -> evaluation.facts().envelopeUse().isPresent()),
                    plain("envelopeUse", NUMBER, FactFields::envelopeUse)),
            FactType.PRINCIPAL,
            List.of(
                    text("agent", evaluation -> evaluation.facts().principal().agent()),
                    optionalText(
                            "onBehalfOf",
                            evaluation -> evaluation.facts().principal().onBehalfOf()),
                    plain(
                            "forPerson",
                            FLAG,
                            evaluation ->
                                    evaluation.facts().principal().onBehalfOf().isPresent()),
                    text(
                            "assurance",
                            evaluation -> evaluation.facts().principal().assurance()),
                    oneOf(
                            "roles",
                            LIST,
                            evaluation -> evaluation.facts().principal().roles().stream()
                                    .map(Role::text)
                                    .collect(Collectors.toUnmodifiableSet()),
                            Arrays.stream(Role.values()).map(Role::text).toList()),
                    plain(
                            "actors",
                            LIST,
                            evaluation ->
                                    Set.copyOf(evaluation.facts().principal().actorChain())),
                    built("agentRelease", AgentBuild::release),
                    attested("agentReleaseAttested", AgentBuild::release),
                    built("agentModel", AgentBuild::model),
                    attested("agentModelAttested", AgentBuild::model),
                    built("agentPrompt", AgentBuild::prompt),
                    attested("agentPromptAttested", AgentBuild::prompt)),
            FactType.TOOL,
            List.of(
                    text("connector", evaluation -> evaluation.facts().tool().connector()),
                    plain(
                            "idempotent",
                            FLAG,
                            evaluation -> evaluation.facts().tool().idempotent()),
                    oneOf(
                            "risk",
                            TEXT,
                            effect(effects -> effects.presumedRisk().text()),
                            Arrays.stream(RiskClass.values())
                                    .map(RiskClass::text)
                                    .toList()),
                    plain("reversible", FLAG, effect(ToolEffects::isReversible)),
                    plain("outbound", FLAG, effect(ToolEffects::isOutbound)),
                    plain("readOnly", FLAG, effect(ToolEffects::isReadOnly))),
            FactType.NOW,
            List.of(
                    oneOf(
                            "dayOfWeek",
                            TEXT,
                            evaluation -> evaluation.there().getDayOfWeek().name(),
                            Arrays.stream(DayOfWeek.values())
                                    .map(DayOfWeek::name)
                                    .toList()),
                    plain("time", TIME, evaluation -> evaluation.there().toLocalTime()),
                    plain("date", DATE, evaluation -> evaluation.there().toLocalDate()),
                    plain("moment", MOMENT, evaluation -> evaluation.facts().now())),
            FactType.PAST,
            List.of(
                    text(TOOL, evaluation -> evaluation.past().tool().value()),
                    oneOf(
                            "verdict",
                            TEXT,
                            evaluation -> evaluation.past().verdict().text(),
                            Arrays.stream(Effect.values()).map(Effect::text).toList()),
                    oneOf(
                            "outcome",
                            TEXT,
                            evaluation -> evaluation.past().outcome().text(),
                            Arrays.stream(Outcome.values()).map(Outcome::text).toList()),
                    optionalText("session", evaluation -> evaluation.past().session()),
                    plain("at", MOMENT, evaluation -> evaluation.past().at()),
                    plain("labels", LIST, evaluation -> evaluation.past().labels()),
                    new FactField.At("number", NUMBER, PAST_ARGUMENTS),
                    new FactField.At("text", TEXT, PAST_ARGUMENTS),
                    new FactField.At("date", DATE, PAST_ARGUMENTS),
                    new FactField.At("moment", MOMENT, PAST_ARGUMENTS),
                    new FactField.At("flag", FLAG, PAST_ARGUMENTS),
                    new FactField.At("list", LIST, PAST_ARGUMENTS),
                    FactField.At.size("size", PAST_ARGUMENTS),
                    new FactField.At("extractedNumber", NUMBER, EXTRACTS),
                    new FactField.At("extractedText", TEXT, EXTRACTS),
                    new FactField.At("extractedDate", DATE, EXTRACTS),
                    new FactField.At("extractedMoment", MOMENT, EXTRACTS),
                    new FactField.At("extractedFlag", FLAG, EXTRACTS),
                    new FactField.At("extractedList", LIST, EXTRACTS),
                    FactField.At.size("extractedSize", EXTRACTS)),
            FactType.ORIGIN,
            List.of(
                    text(ARGUMENT, evaluation -> evaluation.origin().argument()),
                    oneOf(
                            "source",
                            TEXT,
                            evaluation -> evaluation.origin().source().text(),
                            Arrays.stream(Source.values()).map(Source::text).toList()),
                    plain("tainted", FLAG, evaluation -> evaluation.origin().tainted())));

    private FactFields() {}

    /** How many values there are, at whatever depth; what is empty is one. */
    private static long values(JsonValue value) {
        Collection<JsonValue> inner = value instanceof JsonObject object
                ? object.members().values()
                : value instanceof JsonArray array ? array.items() : List.of();
        return inner.isEmpty()
                ? 1
                : inner.stream().mapToLong(FactFields::values).sum();
    }

    private static Object envelopeUse(Evaluation evaluation) {
        OptionalInt use = evaluation.facts().envelopeUse();
        return use.isPresent() ? BigDecimal.valueOf(use.getAsInt()) : Undefined.UNDEFINED;
    }

    private static Reading effect(Function<ToolEffects, Object> value) {
        return evaluation -> value.apply(evaluation.facts().tool().effects());
    }

    private static FactField built(String name, Function<AgentBuild, Optional<AgentBuild.Part>> part) {
        return optionalText(
                name,
                evaluation -> part.apply(evaluation.facts().principal().build()).map(AgentBuild.Part::value));
    }

    private static FactField attested(String name, Function<AgentBuild, Optional<AgentBuild.Part>> part) {
        return plain(
                name,
                FLAG,
                evaluation -> part.apply(evaluation.facts().principal().build())
                        .filter(AgentBuild.Part::isAttested)
                        .isPresent());
    }

    /** In the order in which documentation lists them. */
    static List<FactField> of(FactType type) {
        return FIELDS.getOrDefault(type, List.of());
    }

    static Optional<FactField> of(FactType type, String name) {
        return of(type).stream().filter(field -> field.name().equals(name)).findFirst();
    }
}

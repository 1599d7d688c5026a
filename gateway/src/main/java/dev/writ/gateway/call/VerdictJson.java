package dev.writ.gateway.call;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Obligations;
import dev.writ.model.Party;
import dev.writ.model.Requirement;
import dev.writ.model.Verdict;
import java.util.List;

/** Verdicts as a {@code DECIDED} entry has them. */
final class VerdictJson {

    private VerdictJson() {}

    static JsonArray of(List<Verdict> verdicts) {
        return new JsonArray(verdicts.stream().<JsonValue>map(VerdictJson::of).toList());
    }

    private static JsonObject of(Verdict verdict) {
        JsonObject.Builder out = JsonObject.builder()
                .put("effect", verdict.effect().text())
                .put("rule", verdict.rule())
                .put("reason", verdict.reason());
        if (!verdict.matched().isEmpty()) {
            out.put(
                    "matched",
                    new JsonArray(verdict.matched().stream()
                            .<JsonValue>map(JsonNumber::of)
                            .toList()));
        }
        verdict.requirement().ifPresent(requirement -> out.put("requirement", requirement(requirement)));
        if (!verdict.obligations().isEmpty()) {
            out.put("obligations", new Obligations(verdict.obligations()).toJson());
        }
        return out.build();
    }

    private static JsonObject requirement(Requirement requirement) {
        JsonObject.Builder out = JsonObject.builder()
                .put("group", requirement.group())
                .put("approvals", requirement.approvals())
                .put("within", requirement.within().toString());
        if (!requirement.allowed().isEmpty()) {
            out.put(
                    "allowed",
                    JsonArray.ofTexts(
                            requirement.allowed().stream().map(Party::text).toList()));
        }
        if (!requirement.ladder().isEmpty()) {
            out.put(
                    "then",
                    new JsonArray(requirement.ladder().stream()
                            .<JsonValue>map(rung -> JsonObject.builder()
                                    .put("group", rung.group())
                                    .put("after", rung.after().toString())
                                    .build())
                            .toList()));
        }
        if (requirement.signed()) {
            out.put("signed", true);
        }
        requirement.envelope().ifPresent(limits -> out.put("envelope", limits.toJson()));
        return out.build();
    }
}

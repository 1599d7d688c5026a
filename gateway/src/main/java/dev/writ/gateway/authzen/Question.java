package dev.writ.gateway.authzen;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * May this subject do that to this resource? All of it is the word of who asks.
 *
 * @param subject {@code type}, {@code id} and {@code properties}
 * @param action {@code name} and {@code properties}
 * @param resource {@code type}, {@code id} and {@code properties}
 * @see <a href="https://openid.net/specs/authorization-api-1_0.html">AuthZEN Authorization API 1.0</a>
 */
record Question(JsonObject subject, JsonObject action, JsonObject resource, Optional<JsonObject> context) {

    static final String SUBJECT = "subject";
    static final String ACTION = "action";
    static final String RESOURCE = "resource";
    static final String CONTEXT = "context";

    private static final String PROPERTIES = "properties";
    private static final String TYPE = "type";
    private static final String ID = "id";
    private static final String NAME = "name";
    private static final String ACTOR = "act";

    /**
     * Reads a request; members that are not known are left out.
     *
     * @throws Problem if something is missing or of the wrong type
     */
    static Question of(JsonObject request) {
        return new Question(
                entity(request, SUBJECT, List.of(TYPE, ID)),
                entity(request, ACTION, List.of(NAME)),
                entity(request, RESOURCE, List.of(TYPE, ID)),
                context(request));
    }

    /** Reads a search: of what is searched only the type counts, whatever else is said of it, and of actions nothing. */
    static Question of(JsonObject request, Searched searched) {
        return new Question(
                searched == Searched.SUBJECT ? typeOf(request, SUBJECT) : entity(request, SUBJECT, List.of(TYPE, ID)),
                searched == Searched.ACTION ? JsonObject.empty() : entity(request, ACTION, List.of(NAME)),
                searched == Searched.RESOURCE
                        ? typeOf(request, RESOURCE)
                        : entity(request, RESOURCE, List.of(TYPE, ID)),
                context(request));
    }

    private static JsonObject typeOf(JsonObject request, String member) {
        return JsonObject.builder()
                .put(TYPE, entity(request, member, List.of(TYPE)).text(TYPE))
                .build();
    }

    private static JsonObject entity(JsonObject request, String member, List<String> required) {
        JsonObject entity =
                object(request, member).orElseThrow(() -> malformed("'" + member + "' is missing. Send an object."));
        JsonObject.Builder known = JsonObject.builder();
        for (String name : required) {
            known.put(
                    name,
                    entity.text(name)
                            .orElseThrow(() -> malformed("'" + member + "." + name + "' is missing or not a string.")));
        }
        object(entity, PROPERTIES).ifPresent(properties -> known.put(PROPERTIES, properties));
        return known.build();
    }

    private static Optional<JsonObject> context(JsonObject request) {
        return object(request, CONTEXT);
    }

    /** The member if it is there, which is an object then. */
    static Optional<JsonObject> object(JsonObject in, String member) {
        Optional<JsonValue> value = in.get(member);
        if (value.isPresent() && !(value.get() instanceof JsonObject)) {
            throw malformed("'" + member + "' is an object.");
        }
        return in.object(member);
    }

    static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }

    String subjectType() {
        return subject.text(TYPE).orElseThrow();
    }

    String subjectId() {
        return subject.text(ID).orElseThrow();
    }

    String resourceType() {
        return resource.text(TYPE).orElseThrow();
    }

    String resourceId() {
        return resource.text(ID).orElseThrow();
    }

    String actionName() {
        return action.text(NAME).orElseThrow();
    }

    /** The same question about that subject, as the operator describes it. */
    Question withSubject(String id, JsonObject properties) {
        return new Question(described(subjectType(), id, properties), action, resource, context);
    }

    /** The same question about that resource, as the operator describes it. */
    Question withResource(String id, JsonObject properties) {
        return new Question(subject, action, described(resourceType(), id, properties), context);
    }

    /** The same question about that action. */
    Question withAction(String name) {
        return new Question(subject, JsonObject.builder().put(NAME, name).build(), resource, context);
    }

    private static JsonObject described(String type, String id, JsonObject properties) {
        JsonObject.Builder entity = JsonObject.builder().put(TYPE, type).put(ID, id);
        if (!properties.members().isEmpty()) {
            entity.put(PROPERTIES, properties);
        }
        return entity.build();
    }

    /** The id of what people have approved that it refers to, if it does. */
    Optional<String> approval() {
        return context.flatMap(said -> said.object(Reference.APPROVAL))
                .flatMap(approval -> approval.text(Reference.ID));
    }

    /** The same question without that reference, as it was asked before there was one. */
    Question withoutApproval() {
        return new Question(
                subject,
                action,
                resource,
                context.map(said -> without(said, Reference.APPROVAL))
                        .filter(said -> !said.members().isEmpty()));
    }

    /**
     * The same question without what was added to it since it was decided on: of its context only the members that it had then. An actor
     * may be named elsewhere than it was then.
     *
     * @param then the arguments of that decision
     */
    Question asIn(JsonObject then) {
        Optional<JsonObject> context = then.object(CONTEXT);
        Optional<JsonValue> actor = then.object(SUBJECT)
                .flatMap(named -> named.object(PROPERTIES))
                .flatMap(properties -> properties.get(ACTOR));
        return new Question(
                actor.map(this::actedBy).orElse(subject),
                action,
                resource,
                this.context
                        .map(said -> only(
                                said,
                                context.map(JsonObject::members)
                                        .map(Map::keySet)
                                        .orElse(Set.of())))
                        .filter(said -> !said.members().isEmpty()));
    }

    private JsonObject actedBy(JsonValue actor) {
        JsonObject properties = subject.object(PROPERTIES).orElse(JsonObject.empty());
        return with(
                subject, PROPERTIES, properties.get(ACTOR).isPresent() ? properties : with(properties, ACTOR, actor));
    }

    /** Those arguments; nothing said of the context is the same as an empty one. */
    static JsonObject tidy(JsonObject arguments) {
        return arguments
                        .object(CONTEXT)
                        .filter(said -> said.members().isEmpty())
                        .isPresent()
                ? without(arguments, CONTEXT)
                : arguments;
    }

    private static JsonObject with(JsonObject object, String member, JsonValue value) {
        JsonObject.Builder all = JsonObject.builder();
        object.members().forEach(all::put);
        return all.put(member, value).build();
    }

    private static JsonObject without(JsonObject object, String member) {
        Set<String> others = new HashSet<>(object.members().keySet());
        others.remove(member);
        return only(object, others);
    }

    private static JsonObject only(JsonObject object, Set<String> members) {
        JsonObject.Builder kept = JsonObject.builder();
        object.members().forEach((name, value) -> {
            if (members.contains(name)) {
                kept.put(name, value);
            }
        });
        return kept.build();
    }

    /** What was asked, without what was not. */
    JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder().put(SUBJECT, subject);
        if (!action.members().isEmpty()) {
            json.put(ACTION, action);
        }
        json.put(RESOURCE, resource);
        context.ifPresent(said -> json.put(CONTEXT, said));
        return json.build();
    }

    @Override
    public String toString() {
        return "Question[]";
    }
}

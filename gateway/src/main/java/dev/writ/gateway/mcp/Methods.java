package dev.writ.gateway.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The methods of each revision. */
@ApplicationScoped
class Methods {

    private final Greeting greeting;
    private final Map<String, Method> both;
    private final Map<String, Method> modern;
    private final Map<String, Method> legacy;

    Methods(
            Greeting greeting,
            ToolMethods tools,
            PromptMethods prompts,
            ResourceMethods resources,
            Tasks tasks,
            Streams streams) {
        this.greeting = greeting;
        this.both = Map.of(
                "tools/list",
                now(visit -> tools.list(visit.asked())),
                "tools/call",
                tools::call,
                "prompts/list",
                now(visit -> prompts.list(visit.asked())),
                "prompts/get",
                prompts::get,
                "completion/complete",
                prompts::complete,
                "resources/list",
                resources::list,
                "resources/templates/list",
                resources::templates,
                "resources/read",
                resources::read);
        this.modern = Map.of(
                "server/discover",
                now(greeting::discover),
                "subscriptions/listen",
                streams::listen,
                "tasks/get",
                tasks::get,
                "tasks/update",
                tasks::update,
                "tasks/cancel",
                tasks::cancel);
        this.legacy = Map.of(
                "initialize",
                now(greeting::initialize),
                "ping",
                now(visit -> JsonObject.empty()),
                "resources/subscribe",
                resources::subscribe,
                "resources/unsubscribe",
                resources::unsubscribe,
                "logging/setLevel",
                now(visit -> Reception.level(visit.asked())));
    }

    private static Method now(Function<Visit, JsonObject> answer) {
        return visit -> Uni.createFrom().item(() -> answer.apply(visit));
    }

    Uni<JsonObject> answer(Visit visit) {
        Asked asked = visit.asked();
        Map<String, Method> own = asked.revision().isModern() ? modern : legacy;
        return Optional.ofNullable(both.get(asked.method()))
                .or(() -> Optional.ofNullable(own.get(asked.method())))
                .orElseThrow(() -> McpException.unknownMethod(asked.revision()))
                .answer(visit)
                .map(result -> asked.revision().isModern() ? complete(result) : result);
    }

    /** What 2026 wants in every result: whether it is one, and whose. */
    private JsonObject complete(JsonObject result) {
        Map<String, JsonValue> meta = new LinkedHashMap<>(Asked.meta(result).members());
        meta.put(Greeting.SERVER_INFO, greeting.serverInfo());
        Map<String, JsonValue> members = new LinkedHashMap<>(result.members());
        members.putIfAbsent("resultType", new JsonString("complete"));
        members.put("_meta", new JsonObject(meta));
        return new JsonObject(members);
    }
}

package dev.writ.gateway.authzen;

import dev.writ.gateway.call.Mode;
import dev.writ.gateway.call.Submission;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.Entities;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/**
 * Turns a question into a call that others carry out: of the tool {@code <connector>.<resource.type>.<action.name>}, with the question
 * as its arguments, and beside it under {@code known} what the operator says of subject and resource.
 */
@ApplicationScoped
class Translation {

    private static final String KNOWN = "known";

    private final Catalog catalog;
    private final Callers callers;
    private final AuthzenConfig config;

    Translation(Catalog catalog, Callers callers, AuthzenConfig config) {
        this.catalog = catalog;
        this.callers = callers;
        this.config = config;
    }

    /**
     * What is asked about a tool or a prompt that is registered here is a call of that itself; anything else, of the tool that stands for
     * the question.
     *
     * @throws Problem if no tool stands for the question, or more than one does
     */
    Submission of(Question question) {
        return named(question).map(tool -> asItIs(question, tool)).orElseGet(() -> of(question, tool(question)));
    }

    /** The default mapping of the COAZ binding for MCP, of methods that name one thing. */
    private Optional<ToolName> named(Question question) {
        String name = question.resourceId();
        return switch (question.actionName() + " " + question.resourceType()) {
            case "tools/call tool" ->
                catalog.toolNames()
                        .find(name)
                        .or(() -> Optional.of(name)
                                .filter(ToolName::isWellFormed)
                                .map(ToolName::parse)
                                .filter(tool -> catalog.tool(tool).isPresent()));
            case "prompts/get prompt" -> catalog.promptNames().find(name);
            default -> Optional.empty();
        };
    }

    /** For the person whom the enforcement point names, if its key may stand for them; the call is refused if not. */
    private Submission asItIs(Question question, ToolName tool) {
        return new Submission(
                Optional.empty(),
                tool.value(),
                question.resource()
                        .object("properties")
                        .flatMap(properties -> Question.object(properties, "arguments"))
                        .orElse(JsonObject.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(question.subjectId())
                        .filter(subject -> !subject.equals(callers.principal().agent())),
                Mode.DECIDE);
    }

    Submission of(Question question, PinnedTool tool) {
        return new Submission(
                Optional.empty(),
                tool.definition().name().value(),
                arguments(question, catalog.entities(tool.definition().connector())),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Mode.DECIDE);
    }

    /** The tool that stands for this action on resources of this type. */
    PinnedTool tool(Question question) {
        List<PinnedTool> tools = connectors().stream()
                .map(connector ->
                        ToolName.text(connector, own(question.resourceType()) + "." + own(question.actionName())))
                .filter(ToolName::isWellFormed)
                .map(ToolName::parse)
                .filter(callers::mayCall)
                .flatMap(name -> catalog.tool(name).stream())
                .toList();
        if (tools.size() > 1) {
            throw new Problem(
                    ProblemType.CONFLICT,
                    "Several connectors have a tool for this action on this type of resource. Have a key made whose 'tools' are"
                            + " those of one, or name one in writ.authzen.connectors.");
        }
        return tools.stream()
                .findFirst()
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND,
                        "No tool stands for this action on this type of resource. An operator registers"
                                + " '<connector>.<resource.type>.<action.name>' with a connector of kind 'external'."));
    }

    /** The tools for actions on resources of that type. */
    List<PinnedTool> tools(String resourceType) {
        return connectors().stream()
                .flatMap(connector -> {
                    String beginning = ToolName.text(connector, own(resourceType) + ".");
                    return catalog.tools(connector).stream()
                            .filter(tool -> tool.definition().name().value().startsWith(beginning))
                            .filter(tool -> callers.mayCall(tool.definition().name()));
                })
                .toList();
    }

    /** The name of the action that a tool stands for: as its schema fixes it, else the end of its own name. */
    static String action(PinnedTool tool) {
        String name = tool.definition().name().value();
        return property(tool.definition().inputSchema(), Question.ACTION)
                .flatMap(action -> property(action, "name"))
                .flatMap(fixed -> fixed.text("const"))
                .orElseGet(() -> name.substring(name.lastIndexOf('.') + 1));
    }

    private static Optional<JsonObject> property(JsonObject schema, String name) {
        return schema.object("properties").flatMap(properties -> properties.object(name));
    }

    /** What the operators of the connectors that may be asked about say. */
    List<Entities> entities() {
        return connectors().stream().map(catalog::entities).toList();
    }

    boolean hasActions() {
        return connectors().stream()
                .flatMap(connector -> catalog.tools(connector).stream())
                .anyMatch(tool -> tool.definition()
                                .name()
                                .value()
                                .chars()
                                .filter(letter -> letter == '.')
                                .count()
                        > 1);
    }

    Entities entities(PinnedTool tool) {
        return catalog.entities(tool.definition().connector());
    }

    private List<String> connectors() {
        return catalog.externals().stream()
                .filter(name ->
                        config.connectors().map(named -> named.contains(name)).orElse(true))
                .toList();
    }

    /** Names of tools have dots only between connector, type and action. */
    private static String own(String text) {
        return text.replaceAll("[^A-Za-z0-9_-]", "_");
    }

    private static JsonObject arguments(Question question, Entities entities) {
        JsonObject.Builder known = JsonObject.builder();
        entities.properties(question.subjectType(), question.subjectId())
                .ifPresent(properties -> known.put(Question.SUBJECT, properties));
        entities.properties(question.resourceType(), question.resourceId())
                .ifPresent(properties -> known.put(Question.RESOURCE, properties));
        JsonObject.Builder arguments = JsonObject.builder();
        question.toJson().members().forEach(arguments::put);
        JsonObject facts = known.build();
        if (!facts.members().isEmpty()) {
            arguments.put(KNOWN, facts);
        }
        return arguments.build();
    }
}

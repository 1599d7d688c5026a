package dev.writ.gateway.console;

import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.policy.PolicyInspectionResource;
import dev.writ.gateway.policy.PolicyInspectionResource.Inspected;
import dev.writ.gateway.policy.PolicyInspectionResource.Tried;
import dev.writ.gateway.policy.PolicyResource;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.rules.Vocabulary;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where authors write a bundle, look at what lint and its cases say, try it on a call, and publish it. */
@Path(PoliciesPage.PATH + "/editor")
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class PolicyEditorPage {

    private static final int MOST_FILES = 200;
    private static final int OK = 200;

    private static final Map<String, String> EMPTY =
            Map.of("bundle.yaml", """
            name: my-bundle
            version: 1.0.0
            description: What it is for, in a sentence.
            owners: [my-team]
            groups: [finance]
            scope: ["billing.*"]
            """, "rules.drl", """
            rule "reading is allowed"
            when
                ToolCall( tool == "billing.list_payments" )
            then
                allow("anybody who may call it may read");
            end
            """, "cases/rules.yaml", """
            - name: reading is allowed
              call: { tool: billing.list_payments, arguments: { customer: C-1 } }
              principal: { agent: support-bot }
              expect: allow
            """);

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance policyEditor(
                Frame frame,
                Map<String, String> files,
                Trial trial,
                List<String> tools,
                String refusal,
                Optional<Inspected> inspected,
                Optional<Tried> tried);
    }

    private final Pages pages;
    private final PolicyResource policies;
    private final PolicyInspectionResource inspections;
    private final Catalog catalog;

    PolicyEditorPage(Pages pages, PolicyResource policies, PolicyInspectionResource inspections, Catalog catalog) {
        this.pages = pages;
        this.policies = policies;
        this.inspections = inspections;
        this.catalog = catalog;
    }

    /**
     * A call to try the bundle on, as it was typed.
     *
     * @param arguments JSON
     */
    record Trial(String tool, String agent, String person, String arguments) {

        static Trial of(Posted form) {
            return new Trial(
                    form.text("tool").orElse(""),
                    form.text("agent").orElse(""),
                    form.text("person").orElse(""),
                    form.text("arguments").orElse("{}"));
        }

        PolicyInspectionResource.Try asked(Map<String, String> files) {
            return new PolicyInspectionResource.Try(files, tool, parsed(), agent, person);
        }

        private JsonObject parsed() {
            try {
                if (JsonValue.parse(arguments) instanceof JsonObject object) {
                    return object;
                }
            } catch (JsonException malformed) {
                throw new Problem(
                        ProblemType.MALFORMED,
                        "'Arguments' is no JSON: " + malformed.getMessage() + ". Nothing was tried.");
            }
            throw new Problem(ProblemType.MALFORMED, "'Arguments' is a JSON object, such as {\"amount\": 20}.");
        }
    }

    @GET
    @RolesAllowed({"author", "reviewer"})
    public Uni<RestResponse<String>> write(@Context RoutingContext request, @QueryParam("from") @Nullable String from) {
        Frame frame = pages.frame(request, Section.POLICIES, "Write a bundle");
        Uni<Map<String, String>> files = from == null
                ? Uni.createFrom().item(EMPTY)
                : policies.find(from).map(bundle -> bundle.files().orElse(EMPTY));
        return files.chain(
                texts -> show(frame, texts, new Trial("", "", "", "{}"), "", Optional.empty(), Optional.empty(), OK));
    }

    @POST
    @RolesAllowed({"author", "reviewer"})
    public Uni<RestResponse<String>> check(@Context RoutingContext request, Posted form) {
        Frame frame = pages.frame(request, Section.POLICIES, "Write a bundle");
        Map<String, String> files = files(form);
        Trial trial = Trial.of(form);
        String what = form.text("do").orElse("check");
        return answered(frame, what, files, trial)
                .onFailure(Problem.class)
                .recoverWithUni(failure -> show(
                        frame,
                        files,
                        trial,
                        told(failure),
                        Optional.empty(),
                        Optional.empty(),
                        what.equals("publish") ? failure.type().status() : OK));
    }

    private Uni<RestResponse<String>> answered(Frame frame, String what, Map<String, String> files, Trial trial) {
        return Uni.createFrom().deferred(() -> switch (what) {
            case "publish" ->
                policies.publish(new PolicyResource.Publishing(files))
                        .map(made -> pages.seeOther(PoliciesPage.PATH + "/"
                                + Objects.requireNonNull(made.getEntity()).digest()));
            case "add" -> show(frame, withOneMore(files), trial, "", Optional.empty(), Optional.empty(), OK);
            case "try" ->
                inspections
                        .tryOut(trial.asked(files))
                        .chain(tried -> show(frame, files, trial, "", Optional.empty(), Optional.of(tried), OK));
            default ->
                inspections
                        .inspect(new PolicyResource.Publishing(files))
                        .chain(found -> show(frame, files, trial, "", Optional.of(found), Optional.empty(), OK));
        });
    }

    /** What the editor completes: names of facts and functions, of tools, and of their arguments. */
    @GET
    @RolesAllowed({"author", "reviewer"})
    @Path("words")
    @Produces(MediaType.APPLICATION_JSON)
    public JsonObject words() {
        TreeSet<String> tools = new TreeSet<>();
        TreeSet<String> arguments = new TreeSet<>();
        for (PinnedTool tool : catalog.tools()) {
            tools.add(tool.definition().name().value());
            tool.definition()
                    .inputSchema()
                    .object("properties")
                    .ifPresent(
                            properties -> arguments.addAll(properties.members().keySet()));
        }
        return JsonObject.builder()
                .put("tools", JsonArray.ofTexts(List.copyOf(tools)))
                .put("arguments", JsonArray.ofTexts(List.copyOf(arguments)))
                .put("words", JsonArray.ofTexts(Vocabulary.words()))
                .build();
    }

    private Uni<RestResponse<String>> show(
            Frame frame,
            Map<String, String> files,
            Trial trial,
            String refusal,
            Optional<Inspected> inspected,
            Optional<Tried> tried,
            int status) {
        List<String> tools = catalog.tools().stream()
                .map(tool -> tool.definition().name().value())
                .toList();
        return pages.show(
                Templates.policyEditor(frame, new TreeMap<>(files), trial, tools, refusal, inspected, tried), status);
    }

    /** Files without a name are those that somebody took away. */
    private static Map<String, String> files(Posted form) {
        List<String> paths = form.all("path");
        List<String> texts = form.all("text");
        if (paths.size() != texts.size() || paths.size() > MOST_FILES) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "A bundle has at most " + MOST_FILES + " files, each with a path. Nothing was done.");
        }
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i < paths.size(); i++) {
            if (!paths.get(i).isBlank()) {
                files.put(paths.get(i).strip(), texts.get(i));
            }
        }
        return files;
    }

    private static Map<String, String> withOneMore(Map<String, String> files) {
        Map<String, String> more = new LinkedHashMap<>(files);
        int number = 1;
        while (more.containsKey("more-" + number + ".drl")) {
            number++;
        }
        more.put("more-" + number + ".drl", "");
        return more;
    }

    /** With each place that the compiler names. */
    private static String told(Problem problem) {
        List<String> lines = new ArrayList<>(List.of(problem.detail()));
        problem.extension("problems")
                .filter(JsonArray.class::isInstance)
                .map(JsonArray.class::cast)
                .ifPresent(problems -> problems.items().stream()
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .map(one -> one.text("file").orElse("") + ":"
                                + one.number("line").map(Object::toString).orElse("") + ": "
                                + one.text("message").orElse(""))
                        .forEach(lines::add));
        return String.join("\n", lines);
    }
}

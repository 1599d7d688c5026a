package dev.writ.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The tools behind a Writ gateway. Each call goes to Writ, which decides it, records it and carries it out if it is allowed.
 *
 * <pre>{@code
 * AiServices.builder(Assistant.class)
 *         .chatModel(model)
 *         .toolProvider(WritToolProvider.builder()
 *                 .baseUrl("https://writ.example.com")
 *                 .apiKey(() -> System.getenv("WRIT_KEY"))
 *                 .build())
 *         .build();
 * }</pre>
 *
 * <p>What a model can act on comes back as the result of the tool, with {@code isError}: a denial with its rule, its reason and what
 * would be allowed; a call that waits for people, with its id; a tool that failed. Only when the tools cannot be listed is a
 * {@link WritException} thrown. Safe for use by many threads.
 */
public final class WritToolProvider implements ToolProvider {

    /** Invocation parameter: the person the agent acts for, if its key may stand for them. */
    public static final String ON_BEHALF_OF = "writ.onBehalfOf";

    /** Invocation parameter: the session that the program around the model has opened with {@code POST /v1/sessions}. */
    public static final String SESSION = "writ.session";

    /** Invocation parameter: what the call is for, in words. */
    public static final String PURPOSE = "writ.purpose";

    /** Attribute of a result: the id of the call in Writ. */
    public static final String CALL_ID = "writ.callId";

    /** Attribute of a result: where the call stands, such as {@code succeeded}, {@code denied} or {@code escalated}. */
    public static final String STATUS = "writ.status";

    /** Attribute of a result: {@code allow}, {@code deny} or {@code escalate}. */
    public static final String EFFECT = "writ.effect";

    /** Attribute of a result: the rule that decided, if its name may be told. */
    public static final String RULE = "writ.rule";

    /** Attribute of a result: the reason that the rule gave. */
    public static final String REASON = "writ.reason";

    /** Attribute of a result: the index of the decision's entry in the log, a {@link Long}. */
    public static final String INDEX = "writ.index";

    /** Attribute of a result: what an approver asks about a call that waits, in their words. */
    public static final String QUESTION = "writ.question";

    /** Attribute of a result: the type of the gateway's problem, such as {@code invalid-arguments}. */
    public static final String PROBLEM = "writ.problem";

    /** Attribute of a result: the {@link Duration} after which the gateway wants to be asked again. */
    public static final String RETRY_AFTER = "writ.retryAfter";

    /** Metadata of a tool: its name in Writ. */
    public static final String TOOL = "writ.tool";

    /** Metadata of a tool: the digest of its definition. */
    public static final String DIGEST = "writ.digest";

    /** Metadata of a tool: its input schema as the gateway lists it, as a {@link Map}. */
    public static final String INPUT_SCHEMA = "writ.inputSchema";

    /** The tool with which a model asks what became of a call that waited. */
    public static final String STATUS_TOOL = "writ_call_status";

    /** The tool with which a model answers what an approver asks about a call that waits. */
    public static final String ANSWER_TOOL = "writ_call_answer";

    private static final int LONGEST_ANSWER = 4_000;

    private final ToolList list;
    private final Calls calls;
    private final Predicate<String> offered;

    private WritToolProvider(Builder builder) {
        Gateway gateway = new Gateway(
                BaseUrl.parse(builder.baseUrl, builder.plainHttp),
                builder.apiKey,
                builder.timeout,
                new Patience(builder.retries, builder.longestPause));
        this.list = new ToolList(gateway, builder.listFor);
        this.calls = new Calls(gateway, builder.callKeys, builder.timeout, builder.waitForApproval);
        this.offered = builder.tools;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Tools come and go with the agent's rights and the operator's doings. */
    @Override
    public boolean isDynamic() {
        return true;
    }

    /**
     * The tools that the gateway lists for this agent, and those for states and for questions.
     *
     * @throws WritException if the gateway cannot be asked, or does not accept the key
     */
    @Override
    public ToolProviderResult provideTools(ToolProviderRequest request) {
        ToolProviderResult.Builder tools = ToolProviderResult.builder();
        byName(list.tools().stream().filter(tool -> offered.test(tool.name())).toList())
                .forEach((name, tool) -> tools.add(specification(name, tool), calls.executor(tool.name())));
        return tools.add(statusTool(), calls.statusExecutor())
                .add(answerTool(), calls.answerExecutor())
                .build();
    }

    /** By the names that models may be given. Two that would share one are both left out: no model could tell them apart. */
    static Map<String, WritTool> byName(List<WritTool> tools) {
        Map<String, WritTool> byName = new LinkedHashMap<>();
        tools.stream()
                .collect(Collectors.groupingBy(
                        tool -> ToolNames.forModels(tool.name()), LinkedHashMap::new, Collectors.toList()))
                .forEach((name, sharing) -> {
                    if (sharing.size() == 1 && !name.equals(STATUS_TOOL) && !name.equals(ANSWER_TOOL)) {
                        byName.put(name, sharing.get(0));
                    }
                });
        return byName;
    }

    private static ToolSpecification specification(String name, WritTool tool) {
        Schemas.Root schema = Schemas.root(tool.inputSchema());
        String description = tool.description().orElse("")
                + schema.rest()
                        .map(rest -> "\nThe arguments also have to fit this JSON Schema: " + rest)
                        .orElse("");
        ToolSpecification.Builder specification = ToolSpecification.builder()
                .name(name)
                .parameters(schema.parameters())
                .addMetadata(TOOL, tool.name())
                .addMetadata(INPUT_SCHEMA, Json.plain(tool.inputSchema()));
        if (!description.isBlank()) {
            specification.description(description.strip());
        }
        tool.digest().ifPresent(digest -> specification.addMetadata(DIGEST, digest));
        return specification.build();
    }

    private static ToolSpecification statusTool() {
        return ToolSpecification.builder()
                .name(STATUS_TOOL)
                .description(
                        "Tells what became of a call that answered PENDING_APPROVAL or RUNNING. Once it has run, the answer is the"
                                + " result of the tool.")
                .parameters(JsonObjectSchema.builder()
                        .addStringProperty("callId", "the id in that answer")
                        .required("callId")
                        .additionalProperties(false)
                        .build())
                .build();
    }

    private static ToolSpecification answerTool() {
        return ToolSpecification.builder()
                .name(ANSWER_TOOL)
                .description(
                        "Answers what an approver asks about a call that answered PENDING_APPROVAL. People read the answer before they"
                                + " decide.")
                .parameters(JsonObjectSchema.builder()
                        .addStringProperty("callId", "the id in that answer")
                        .addStringProperty(
                                "answer", "what to tell the approver, in 1 to " + LONGEST_ANSWER + " characters")
                        .required("callId", "answer")
                        .additionalProperties(false)
                        .build())
                .build();
    }

    /** What a provider needs to know: the base URL and the key. The rest has defaults. */
    public static final class Builder {

        private String baseUrl = "";
        private Supplier<String> apiKey = () -> "";
        private Predicate<String> tools = every -> true;
        private Duration timeout = Duration.ofSeconds(60);
        private Duration waitForApproval = Duration.ZERO;
        private Duration listFor = Duration.ofSeconds(10);
        private int retries = 2;
        private Duration longestPause = Duration.ofSeconds(5);
        private CallKeys callKeys = CallKeys.ofInvocation();
        private boolean plainHttp;

        private Builder() {}

        /** Of the gateway, such as {@code https://writ.example.com}. Over plain HTTP only on this machine, unless told otherwise. */
        public Builder baseUrl(String url) {
            this.baseUrl = url;
            return this;
        }

        /** Lets the key travel unencrypted to another machine, for networks that encrypt by themselves. */
        public Builder allowPlainHttp() {
            this.plainHttp = true;
            return this;
        }

        /** The agent's key. Asked for with each request, so that it can be replaced while the agent runs. */
        public Builder apiKey(Supplier<String> key) {
            this.apiKey = key;
            return this;
        }

        /** Which tools the model is offered, by their names in Writ such as {@code billing.refund}. Default: all. */
        public Builder tools(Predicate<String> offered) {
            this.tools = offered;
            return this;
        }

        /** How long one request may take, from connecting to the last byte. Default: 60 s, more than a call may take in Writ. */
        public Builder timeout(Duration longest) {
            this.timeout = positive(longest, "the timeout");
            return this;
        }

        /**
         * How long a tool call blocks for people to approve it. Default: zero, and the model is told at once that the call waits. A call
         * that is approved later runs all the same.
         */
        public Builder waitForApproval(Duration longest) {
            if (longest.isNegative()) {
                throw new IllegalArgumentException("the time to wait for an approval is not negative");
            }
            this.waitForApproval = longest;
            return this;
        }

        /** How long a list of tools stays in use before it is read again. Default: 10 s. */
        public Builder listFor(Duration longest) {
            this.listFor = longest;
            return this;
        }

        /**
         * How often a request is sent again if there was no answer or the gateway was busy, and the longest pause that it may ask for.
         * A call that is sent again is the same call, by its key. Default: 2, and 5 s.
         */
        public Builder retries(int most, Duration longestPause) {
            this.retries = most;
            this.longestPause = longestPause;
            return this;
        }

        /** How calls are named. Default: {@link CallKeys#ofInvocation()}. */
        public Builder callKeys(CallKeys keys) {
            this.callKeys = keys;
            return this;
        }

        /**
         * Sets it up; nothing is sent yet.
         *
         * @throws IllegalArgumentException if the base URL is not one, or would send the key unencrypted to another machine
         */
        public WritToolProvider build() {
            return new WritToolProvider(this);
        }

        private static Duration positive(Duration value, String what) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException(what + " is longer than zero");
            }
            return value;
        }
    }
}

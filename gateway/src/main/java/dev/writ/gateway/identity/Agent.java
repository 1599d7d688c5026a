package dev.writ.gateway.identity;

/**
 * A registered agent: a program that may hold keys with role {@code agent} or {@code application}.
 *
 * @param name a {@link PrincipalName}
 * @param owner who answers for it: a {@link PrincipalName} too, so that it can be told who must not approve its calls
 * @param description what it does
 */
record Agent(String name, String owner, String description) {

    @Override
    public String toString() {
        return "Agent[" + name + "]";
    }
}

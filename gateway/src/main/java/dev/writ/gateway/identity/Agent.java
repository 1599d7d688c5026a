package dev.writ.gateway.identity;

/**
 * A registered agent: a program that may hold keys with role {@code agent} or {@code application}.
 *
 * @param name a {@link PrincipalName}
 * @param owner who answers for it
 * @param description what it does
 */
record Agent(String name, String owner, String description) {

    @Override
    public String toString() {
        return "Agent[" + name + "]";
    }
}

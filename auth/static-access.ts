import type { Authenticator, Authorizer } from '../core/index.js'
import type { PermissionRule } from './permissions.js'
import { Permissions } from './permissions.js'
import type { StaticUserList } from './static-users.js'
import { StaticUsers } from './static-users.js'

/** Users and permissions as the configuration gives them. */
export interface AccessSettings extends StaticUserList {
  /** Null: whoever may connect may do everything. */
  readonly rules: readonly PermissionRule[] | null
}

/** Users and permissions of one configuration, replaced together. */
export class StaticAccess {
  readonly authenticator: Authenticator
  readonly authorizer: Authorizer
  private readonly users: StaticUsers
  private readonly permissions: Permissions

  constructor(settings: AccessSettings) {
    this.users = new StaticUsers(settings)
    this.permissions = new Permissions(settings.rules, (principal) => this.users.rolesOf(principal))
    this.authenticator = this.users
    this.authorizer = this.permissions
  }

  /**
   * New users and rules, at once. A session whose user is gone, or has another root, keeps its link and loses every right;
   * one whose user has other roles has the rights of those.
   */
  replace(settings: AccessSettings): void {
    this.users.replace(settings)
    this.permissions.replace(settings.rules)
  }
}
